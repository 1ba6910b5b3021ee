import type { Reason } from "#protocol/words.ts";

/** The reasons of runs that a limit of the policy has ended, or that nobody answered: nothing went wrong, and somebody may let them go on. */
const capCodes: ReadonlySet<string> = new Set([
  "max_turns",
  "max_budget",
  "time_limit",
  "wrapped_up",
  "question_unanswered",
]);

export function isCap(reason: Reason | null): boolean {
  return reason !== null && capCodes.has(reason.code);
}
