import { setTimeout as wait } from "node:timers/promises";

/** Waits, or returns early when the signal fires; never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await wait(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/**
 * How long to wait before the next try: doubling from half a second to ten seconds.
 * @param jitter a number in [0, 1)
 */
export function backoffMs(tries: number, jitter: number): number {
  return Math.min(10_000, 500 * 2 ** Math.min(tries, 10)) * (0.75 + jitter / 2);
}
