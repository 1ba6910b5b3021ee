import { setTimeout as pause } from "node:timers/promises";

/** Waits for a condition. @throws when it does not come true in time */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not true within ${timeoutMs} ms: ${condition}`);
    await pause(10);
  }
}
