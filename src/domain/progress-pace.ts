/** Even of a run that takes all day something new is shown this often. */
const slowestMs = 15 * 60_000;

/** How much longer it waits where a check run shows it as well: each time costs two writes then. */
const twofold = 3;

/**
 * How long progress waits after it was last shown: as long as the run has taken so far, so that an hour of a run costs few
 * writes and its first minutes are shown closely.
 * @param ageMs how long the run has been under way
 * @param leastMs what the operator allows
 */
export function progressEvery(of: { ageMs: number; leastMs: number; hasCheckRun: boolean }): number {
  return Math.max(of.leastMs, Math.min(slowestMs, of.ageMs) * (of.hasCheckRun ? twofold : 1));
}
