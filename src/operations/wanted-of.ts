import type { HeldRun } from "#protocol/runner.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";

/** Which of these runs the runner is to stop: a person asked for it. */
export function cancelsWanted(world: World, runner: RunnerFacts, held: readonly HeldRun[]): number[] {
  return held
    .filter(({ runId, epoch }) => {
      const run = world.store.runs.get(runId);
      return run?.runnerId === runner.id && run.epoch === epoch && run.cancelAsked !== null;
    })
    .map(({ runId }) => runId);
}
