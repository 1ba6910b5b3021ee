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

/**
 * The end of the lease as the sweep counts it: a server that was away, or asleep, first gives runners the time to be heard.
 * @param watchedSince since when this server has been listening without a break
 */
export function leaseEnd(leaseUntil: number, watchedSince: number): number {
  return Math.max(leaseUntil, watchedSince + leaseMs);
}

/**
 * The end of a lease as it can be: none ends later than one that is renewed now, whatever the clock said when it was. A
 * clock that was set back while the server was away would let a dead runner hold its run for as long (F12).
 */
export function soundLease(leaseUntil: number, now: number): number {
  return Math.min(leaseUntil, now + leaseMs);
}

/** A wall clock that is off by less has drifted or was adjusted, and leases bear it. */
const toleratedMs = 5_000;

/** How far the wall clock was set forward (or back, below 0) between two looks at both clocks; 0 for a usual passage. */
export function clockJump(
  before: { wall: number; monotonic: number },
  now: { wall: number; monotonic: number },
): number {
  const jump = Math.round(now.wall - before.wall - (now.monotonic - before.monotonic));
  return Math.abs(jump) < toleratedMs ? 0 : jump;
}

/** What the sweep has to do about a lease: nothing, call the runner silent, or give the run up. */
export function lapseOf(leaseUntil: number, now: number): "none" | "silent" | "lost" {
  if (now < leaseUntil + graceMs) return "none";
  return now < leaseUntil + adoptWindowMs ? "silent" : "lost";
}
