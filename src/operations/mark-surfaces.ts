import type { World } from "./ports/world.ts";

/** Reasons for waiting change quickly when the queue moves; the last one is shown. */
const settleMs = 1_500;

/** Part of a transaction: whoever waits in the queue may now wait for another reason. */
export function refreshQueuedSurfaces(world: World): void {
  const now = world.clock();
  for (const run of world.store.runs.queued()) world.store.surfaces.markDue(run.taskId, now + settleMs);
}

/** Part of a transaction: progress is shown soon, but no oftener than the operator allows. */
export function markProgress(world: World, taskId: number): void {
  const { store, operator } = world;
  const last = store.surfaces.get(taskId, "comment")?.writtenAt ?? 0;
  store.surfaces.markDue(taskId, Math.max(world.clock(), last + operator.progressIntervalMs));
}
