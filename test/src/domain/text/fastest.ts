/**
 * Milliseconds that no text of this size may take. On an idle machine 50 are enough for a megabyte; this leaves room
 * for a busy one, and is far below what anything but linear time would need.
 */
export const slow = 250;

/** Milliseconds of the fastest of some runs: the machine does other things as well. */
export function fastest(work: () => void, enough: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 8 && best >= enough; i++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
