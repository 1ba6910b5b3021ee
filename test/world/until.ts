import { setTimeout as wait } from "node:timers/promises";

/**
 * Waits for a condition that nothing tells about: asks every 50 ms until the answer is not null.
 * @throws an error that names what was waited for
 */
export async function until<T>(what: string, ask: () => T | null | Promise<T | null>, timeoutMs = 60_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs / 1_000} s in vain for ${what}`);
    await wait(50);
  }
}
