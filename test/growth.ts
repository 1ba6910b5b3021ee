const runs = 5;
/** Smaller differences than this drown in the noise of a shared machine. */
const floorMs = 4;

/**
 * How much longer the work takes for four times the input: about 4 where time is linear, 16 where it is quadratic.
 * Each size is tried some times and the fastest counts, so that other work on the machine does not.
 */
export function growth(work: (text: string) => void, text: string): number {
  const quarter = text.slice(0, Math.ceil(text.length / 4));
  let small = Number.POSITIVE_INFINITY;
  let large = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    small = Math.min(
      small,
      timeOf(() => work(quarter)),
    );
    large = Math.min(
      large,
      timeOf(() => work(text)),
    );
  }
  return large / Math.max(small, floorMs / 4);
}

/** What `growth` of linear work stays under, also on a machine that is busy with other things. */
export const linear = 9;

function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
