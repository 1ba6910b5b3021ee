import { isAlive, taskStateOf } from "#domain/task.ts";
import type { Priority } from "#protocol/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { setPriority } from "./steer-task.ts";

/** Moves a task within the queue. @throws ProblemError 404, 409 */
export function prioritiseTask(world: World, name: TaskName, priority: Priority): void {
  world.store.transaction(() => {
    const task = loadTask(world, name);
    const runs = world.store.runs.ofTask(task.id);
    if (!isAlive(runs)) throw new ProblemError({ status: 409, code: "not_running", title: `${name} has ended.` });
    setPriority(world, { task, runs, state: taskStateOf(task, runs, null), queueReason: null }, priority);
  });
  world.bell.work();
}
