/** A runner's right to a run lasts this long after its last renewal. */
export const leaseMs = 45_000;
/** How long after the lease a run is still called in progress. */
export const graceMs = 15_000;
/** How often leases are looked at. */
export const sweepMs = 5_000;
/** How often a runner renews, give or take 20 %. */
export const heartbeatMs = 10_000;
/** The runner stops every side effect this long before its lease would end. */
export const fenceMarginMs = 10_000;
/** A silent runner may take its run up again for this long; then the run is lost. */
export const adoptWindowMs = 10 * 60_000;

/** What the sweep has to do about a lease: nothing, call the runner silent, or give the run up. */
export function lapseOf(leaseUntil: number, now: number): "none" | "silent" | "lost" {
  if (now < leaseUntil + graceMs) return "none";
  return now < leaseUntil + adoptWindowMs ? "silent" : "lost";
}
