import type { RunFacts } from "#domain/run.ts";
import type { World } from "./ports/world.ts";

/** Nothing that we put off by ourselves waits longer: what does waits for GitHub's rest to end, or for a wrong clock. */
const longestWaitMs = 5 * 60_000;

/**
 * Looks now at what was put off to a far time: the clock may have been set back since, and a day would pass before anything
 * happened (F12). Where GitHub does want rest, that costs one call, which it refuses once more.
 */
export function bringForward(world: World): void {
  const { store } = world;
  const now = world.clock();
  store.transaction(() => {
    store.deliveries.bringForward(now + longestWaitMs, now);
    store.surfaces.bringForward(now + longestWaitMs, now);
    for (const run of store.runs.queued()) {
      if (run.notBefore === null || run.notBefore <= now + longestWaitMs || waitsForLimit(world, run)) continue;
      store.runs.update({ ...run, notBefore: now });
    }
  });
  world.bell.work();
}

/** The end of a limit is an instant that somebody else has told, and may be far. */
function waitsForLimit({ store }: World, run: RunFacts): boolean {
  return store.runs.ofTask(run.taskId).some(({ id, reason }) => id < run.id && reason?.until !== undefined);
}
