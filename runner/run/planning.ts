import type { RunOffer } from "#protocol/run.ts";
import type { Ending } from "./ending.ts";

/** Whether the run only reads: nothing of it is set up, pushed or verified, and its closing words are what it is for. */
export function isPlanning({ purpose }: Pick<RunOffer, "purpose">): boolean {
  return purpose === "plan";
}

/** @param plan Claude's closing words */
export function planEnding(plan: string): Ending {
  if (plan.trim() !== "") return { conclusion: "success", summary: plan };
  return {
    conclusion: "failure",
    summary: "",
    reason: {
      code: "no_plan",
      sentence: "Claude ended without a word of a plan.",
      advice: "It may not have been clear what is wanted.",
    },
  };
}
