import type { Reason } from "#protocol/words.ts";

/**
 * A person has Claude's session for themselves, at its own screen in the run's terminal: `wanted` until the runner has
 * opened that, `held` while they work, `returning` from when they were done elsewhere than at the screen.
 */
export type Takeover = {
  by: string;
  /** When it was asked for; tells it from any other of the same run. */
  at: number;
  state: "wanted" | "held" | "returning";
};

/** Why nothing goes on by itself meanwhile. */
export function takenOverReason({ by }: Takeover, task: string): Reason {
  return {
    code: "taken_over",
    sentence: `Taken over by ${by}, who works with Claude at its terminal.`,
    advice: `It goes on by itself when they leave Claude Code there, or with: cc-orchestrator instance handback ${task}`,
  };
}

/** The takeover after the runner has told that it opened the screen. */
export function heldAfter(before: Takeover | null, told: { by: string; at: number }): Takeover {
  const isReturning = before?.at === told.at && before.state === "returning";
  return { by: told.by, at: told.at, state: isReturning ? "returning" : "held" };
}
