import type { RunFacts } from "#domain/run.ts";
import type { World } from "./ports/world.ts";
import { giveBack } from "./release-run.ts";

/**
 * Whoever held runs is gone for certain, as the machine of a job that has ended: what it held goes back into the queue at
 * once and keeps its session; what was asked to stop has stopped.
 * @returns them, as they were held
 */
export function giveBackLeftRuns(world: World): RunFacts[] {
  const { store } = world;
  const left = store.transaction(() => {
    const held = store.runs.held();
    for (const run of held) giveBack(world, run, world.clock());
    return held;
  });
  if (left.length > 0) {
    world.bell.queue();
    world.bell.work();
  }
  return left;
}
