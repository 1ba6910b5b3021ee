const second = 1_000;
const hour = 60 * 60 * second;

/** A message is tried for this long; then a person has to look. */
export const patienceMs = 24 * hour;
const slowestMs = 2 * hour;

/**
 * When a message that was not taken is sent again: after 5 s, 15 s, 45 s, and so on up to two hours, each a little
 * earlier or later so that a receiver that comes back is not met by everybody at once.
 * @param tries how often it was sent, this time included
 * @param jitter in [0, 1)
 * @returns milliseconds since 1970; null when it has been tried for a day
 */
export function nextAttemptAt(of: { createdAt: number; tries: number; now: number; jitter: number }): number | null {
  if (of.now - of.createdAt >= patienceMs) return null;
  const wait = Math.min(slowestMs, 5 * second * 3 ** Math.min(of.tries - 1, 10));
  return Math.round(of.now + wait * (0.8 + 0.4 * of.jitter));
}
