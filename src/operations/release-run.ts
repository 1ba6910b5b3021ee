import { advance } from "#domain/run-machine.ts";
import { heldRun } from "./hold-run.ts";
import type { RunnerFacts, World } from "./ports.ts";

/** Takes a run back from a runner that cannot carry it out now; it keeps its place in the queue. */
export function releaseRun(world: World, runner: RunnerFacts, runId: number, epoch: number): void {
  const { store } = world;
  store.transaction(() => {
    const run = heldRun(world, runner, runId, epoch);
    const released = advance(run, { kind: "release" });
    if (released === null) return;
    store.runs.update(released);
    store.surfaces.markDue(run.taskId, world.clock());
    world.bell.task(run.taskId);
  });
  world.bell.queue();
  world.bell.work();
}
