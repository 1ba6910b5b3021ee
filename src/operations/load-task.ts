import { type TaskFacts, taskIdOf } from "#domain/task.ts";
import type { TaskName } from "#protocol/words.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** @throws ProblemError 404 */
export function loadTask(world: Pick<World, "store">, name: TaskName): TaskFacts {
  const task = world.store.tasks.get(taskIdOf(name));
  if (task === null) throw noSuchTask(name);
  return task;
}

export function noSuchTask(name: string): ProblemError {
  return new ProblemError({
    status: 404,
    code: "task_not_found",
    title: `There is no ${name}.`,
    advice: "See which there are with: cc-orchestrator task list",
  });
}
