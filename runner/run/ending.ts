import type { Asked } from "#protocol/question.ts";
import type { Reason, RunConclusion } from "#protocol/words.ts";

/** How a run ended, as its last report tells it. */
export type Ending = { conclusion: Exclude<RunConclusion, "lost">; reason?: Reason; summary: string };

/** Claude asks: its process has ended, and the run waits for the answer. */
export class QuestionAsked extends Error {
  readonly asked: Asked;
  constructor(asked: Asked) {
    super("Claude asks a question");
    this.name = "QuestionAsked";
    this.asked = asked;
  }
}
