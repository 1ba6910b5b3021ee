const runs = 5;
const times = 8;
/** Smaller amounts than this drown in the noise of the measurement. */
const floorMicroseconds = 1_000;

/**
 * How much more processor time the work takes for eight times the input: about 8 where time is linear, 64 where it is
 * quadratic. Each size is tried some times and the least counts; what else the machine does is not counted.
 */
export function growth(work: (text: string) => void, text: string): number {
  const part = text.slice(0, Math.ceil(text.length / times));
  let small = Number.POSITIVE_INFINITY;
  let large = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    small = Math.min(
      small,
      costOf(() => work(part)),
    );
    large = Math.min(
      large,
      costOf(() => work(text)),
    );
  }
  return large / Math.max(small, floorMicroseconds);
}

/** What `growth` of linear work stays under: halfway to quadratic. */
export const linear = 28;

/** Microseconds of this process's processor time. */
function costOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
