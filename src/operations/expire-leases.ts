import { lapseOf, leaseEnd, soundLease } from "#domain/lease.ts";
import { reasons } from "#domain/reasons.ts";
import type { RunFacts } from "#domain/run.ts";
import { advance } from "#domain/run-machine.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import { planNextRun } from "./plan-next-run.ts";
import type { World } from "./ports/world.ts";

/** The wall clock was set: what is left of every lease stays as it was (F12). */
export function shiftLeases(world: World, byMs: number): void {
  const { store } = world;
  store.transaction(() => {
    for (const run of store.runs.held()) {
      if (run.leaseUntil !== null) store.runs.update({ ...run, leaseUntil: run.leaseUntil + byMs });
    }
  });
}

/**
 * Looks at every lease: a silent runner's run waits, and after the time to come back it is lost and started anew.
 * @param watchedSince since when this server has been listening without a break
 * @returns how many leases were past their time
 */
export function expireLeases(world: World, watchedSince: number): number {
  const { store } = world;
  const now = world.clock();
  const changed = store.transaction(() => store.runs.held().filter((run) => expire(world, run, watchedSince, now)));
  for (const run of changed) world.bell.task(run.taskId);
  if (changed.length > 0) world.bell.work();
  return changed.length;
}

function expire(world: World, held: RunFacts, watchedSince: number, now: number): boolean {
  const { store } = world;
  if (held.leaseUntil === null) return false;
  const run = { ...held, leaseUntil: soundLease(held.leaseUntil, now) };
  if (run.leaseUntil !== held.leaseUntil) store.runs.update(run);
  const lapse = lapseOf(leaseEnd(run.leaseUntil, watchedSince), now);
  const runner = (run.runnerId === null ? null : store.runners.get(run.runnerId))?.name ?? "?";
  if (lapse !== "none" && run.status === "in_progress") {
    const since = new Date(run.leaseUntil).toISOString().slice(11, 16).concat(" UTC");
    const silent = advance(run, { kind: "silence", reason: reasons.runnerSilent(runner, since) });
    if (silent === null) return false;
    store.runs.update(silent);
    refreshQueuedSurfaces(world);
  } else if (lapse === "lost" && run.status === "waiting") {
    const lost = advance(run, { kind: "lose", reason: reasons.lost(runner), now });
    const task = store.tasks.get(run.taskId);
    if (lost === null || task === null) return false;
    store.runs.update(lost);
    planNextRun(world, task, lost);
    world.bell.queue();
  } else {
    return false;
  }
  store.surfaces.markDue(run.taskId, now);
  return true;
}
