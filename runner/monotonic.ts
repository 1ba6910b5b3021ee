/** Milliseconds on a clock that never jumps: for leases and durations, never for dates. */
export function monotonic(): number {
  return performance.now();
}
