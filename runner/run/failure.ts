import type { Reason, RunConclusion } from "#protocol/words.ts";

/** A run cannot go on. The reason is what people read on GitHub. */
export class RunFailure extends Error {
  readonly reason: Reason;
  readonly conclusion: Exclude<RunConclusion, "lost" | "success">;
  constructor(
    code: string,
    sentence: string,
    advice?: string,
    conclusion: Exclude<RunConclusion, "lost" | "success"> = "failure",
    until?: string,
  ) {
    super(sentence);
    this.name = "RunFailure";
    this.conclusion = conclusion;
    this.reason = {
      code,
      sentence: sentence.slice(0, 2_000),
      ...(advice === undefined ? {} : { advice: advice.slice(0, 2_000) }),
      ...(until === undefined ? {} : { until }),
    };
  }
}
