import type { World } from "./ports/world.ts";

/**
 * Runs that were to wait until a time that has come since `since` may be claimed now, and their tasks say so.
 * @returns the present, for the next time
 */
export function wakeQueue(world: World, since: number): number {
  const { store } = world;
  const now = world.clock();
  const woken = store.runs
    .queued()
    .filter(({ notBefore }) => notBefore !== null && notBefore > since && notBefore <= now);
  if (woken.length === 0) return now;
  store.transaction(() => {
    for (const run of woken) store.surfaces.markDue(run.taskId, now);
  });
  for (const run of woken) world.bell.task(run.taskId);
  world.bell.queue();
  world.bell.work();
  return now;
}
