import type { Reason } from "#protocol/words.ts";

/** Attempts of one purpose, the first included. */
export const maxAttempts = 3;

/** A limit that ends by itself is not asked again sooner than so many times the wait before a second attempt. */
const limitWaits = 2;

/** A run that runners have taken so often without carrying it out fails. */
export const claimsAllowed = 12;

/** How long a run that was given back keeps still: not at all the first time, then 2 s, 4 s … up to 5 minutes. */
export function releaseDelayMs(claims: number): number {
  return claims <= 1 ? 0 : Math.min(5 * 60_000, 1_000 * 2 ** (claims - 1));
}

/** Reasons that another attempt may cure by itself; all others need a person first. */
const curable: ReadonlySet<string> = new Set([
  "runner_lost",
  "clone_failed",
  "push_failed",
  "git_killed",
  "terminal_lost",
  "agent_killed",
  "agent_failed",
  "no_result",
  "out_of_memory",
  "session_in_use",
  "rate_limited",
  "model_overloaded",
  "model_unavailable",
  "model_unreachable",
]);

/**
 * When the next attempt may start. Waiting for a limit to end uses no attempt up.
 * @param jitter a number in [0, 1)
 * @returns milliseconds to wait, or null when there is no next attempt
 */
export function nextAttemptAfter(of: {
  attempt: number;
  reason: Reason | null;
  now: number;
  baseMs: number;
  jitter: number;
}): number | null {
  if (of.reason?.until !== undefined) return Math.max(limitWaits * of.baseMs, Date.parse(of.reason.until) - of.now);
  if (of.reason === null || !curable.has(of.reason.code) || of.attempt >= maxAttempts) return null;
  return Math.round(of.baseMs * 2 ** (of.attempt - 1) * (0.75 + of.jitter / 2));
}
