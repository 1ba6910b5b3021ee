import { progressEvery } from "#domain/progress-pace.ts";
import type { RunFacts } from "#domain/run.ts";
import type { World } from "./ports/world.ts";

/** Reasons for waiting change quickly when the queue moves; the last one is shown. */
const settleMs = 1_500;

/** Part of a transaction: whoever waits in the queue may now wait for another reason. */
export function refreshQueuedSurfaces(world: World): void {
  const now = world.clock();
  for (const run of world.store.runs.queued()) world.store.surfaces.markDue(run.taskId, now + settleMs);
}

/**
 * Part of a transaction: progress is shown soon, but no oftener than the operator allows, and ever more rarely: however
 * much a run tells, an hour of it is less than ten writes. What is live is on the dashboard.
 */
export function markProgress(world: World, run: Pick<RunFacts, "taskId" | "startedAt">): void {
  const { store, operator } = world;
  const now = world.clock();
  const last = store.surfaces.get(run.taskId, "comment")?.writtenAt ?? 0;
  const hasCheckRun = store.surfaces.ofTask(run.taskId).some(({ place }) => place.startsWith("check:"));
  const ageMs = now - (run.startedAt ?? now);
  const waitMs = progressEvery({ ageMs, leastMs: operator.progressIntervalMs, hasCheckRun });
  store.surfaces.markDue(run.taskId, Math.max(now, last + waitMs));
}
