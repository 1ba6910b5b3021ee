import { cancelRefusal } from "#domain/cancelling.ts";
import { reasons } from "#domain/reasons.ts";
import { advance } from "#domain/run-machine.ts";
import type { TaskFacts } from "#domain/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/**
 * Stops a task: a queued run ends at once, a held one is asked to stop and ends by its own report. One that rests, and
 * waits for nobody but its owner, is put aside.
 * @throws ProblemError 409 `not_running`
 */
export function cancelTask(world: World, name: TaskName, by: string): void {
  world.store.transaction(() => {
    const task = loadTask(world, name);
    const refusal = cancelRefusal(task, world.store.runs.ofTask(task.id));
    if (refusal !== null) {
      const { code, sentence: title, advice } = refusal;
      throw new ProblemError({ status: 409, code, title, ...(advice === undefined ? {} : { advice }) });
    }
    cancelRuns(world, task, { by, how: "cancelled" });
  });
}

/** Part of a transaction: marks the task cancelled and stops its runs. */
export function cancelRuns(world: World, task: TaskFacts, asked: { by: string; how: string }): void {
  const { store } = world;
  const now = world.clock();
  store.tasks.update({ ...task, cancelled: asked, updatedAt: now });
  for (const run of store.runs.ofTask(task.id)) {
    if (run.status === "completed") continue;
    const ended =
      run.status === "in_progress"
        ? null
        : advance(run, { kind: "cancel", reason: reasons.cancelledBy(asked.by, asked.how), now });
    store.runs.update(ended ?? { ...run, cancelAsked: run.cancelAsked ?? asked });
  }
  store.surfaces.markDue(task.id, now);
  world.bell.task(task.id);
  world.bell.work();
}
