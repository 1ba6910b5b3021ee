import type { Reason } from "#protocol/words.ts";

/** Attempts of one purpose, the first included. */
export const maxAttempts = 3;

/** Reasons that another attempt may cure by itself; all others need a person first. */
const curable: ReadonlySet<string> = new Set([
  "runner_lost",
  "terminal_lost",
  "agent_killed",
  "api_overloaded",
  "api_error",
  "network",
  "clone_failed",
  "push_failed",
]);

/**
 * When the next attempt may start.
 * @param jitter a number in [0, 1)
 * @returns milliseconds to wait, or null when there is no next attempt
 */
export function nextAttemptAfter(of: {
  attempt: number;
  reason: Reason | null;
  baseMs: number;
  jitter: number;
}): number | null {
  if (of.reason === null || !curable.has(of.reason.code) || of.attempt >= maxAttempts) return null;
  return Math.round(of.baseMs * 2 ** (of.attempt - 1) * (0.75 + of.jitter / 2));
}
