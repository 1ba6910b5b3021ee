import { isAlive, taskStateOf } from "#domain/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/**
 * Forgets a task that has ended, with its runs and its log. What it made stays: branch, pull request, comment.
 * @throws ProblemError 409 while something of it is under way
 */
export async function removeTask(world: World, name: TaskName): Promise<void> {
  const { store } = world;
  const id = store.transaction(() => {
    const task = loadTask(world, name);
    const runs = store.runs.ofTask(task.id);
    const isOnGitHub = task.issue !== null || task.origin !== undefined;
    const isOpen = isOnGitHub && taskStateOf(task, runs, null).status !== "completed";
    if (isAlive(runs) || isOpen)
      throw new ProblemError({
        status: 409,
        code: "not_ended",
        title: `${name} has not ended.`,
        advice: isAlive(runs)
          ? `Stop it first: cc-orchestrator task cancel ${name}`
          : "Merge or close its pull request first.",
      });
    store.tasks.remove(task.id);
    return task.id;
  });
  await world.logs.remove(id);
}
