import { setTimeout as pause } from "node:timers/promises";

/** Resolves once the condition holds. @throws after 10 s */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition}`);
    await pause(5);
  }
}
