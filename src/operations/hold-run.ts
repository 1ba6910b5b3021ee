import type { RunFacts } from "#domain/run.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/**
 * The run, if the runner holds it under this fencing token.
 * @throws ProblemError 409 `stale_lease`: somebody else has it, or it has ended; the runner stops that instance
 */
export function heldRun(world: World, runner: RunnerFacts, runId: number, epoch: number): RunFacts {
  const run = world.store.runs.get(runId);
  const isHeld = run?.runnerId === runner.id && run.epoch === epoch && run.status !== "queued";
  if (run === null || !isHeld || run.status === "completed") {
    throw new ProblemError({
      status: 409,
      code: "stale_lease",
      title: `Run ${runId} is not held by runner ${runner.name} under token ${epoch} any more.`,
      advice: "Stop its instance; nothing of it is pushed.",
    });
  }
  return run;
}
