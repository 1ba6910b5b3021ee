import type { Task } from "#protocol/task.ts";

/** Attempts at the same thing are asked for together. */
const togetherMs = 60_000;

/** The attempts at the same thing, this one among them: same words, same place, same moment. */
export function siblingsOf(task: Task, tasks: readonly Task[]): Task[] {
  const at = Date.parse(task.createdAt);
  return tasks
    .filter(
      (one) =>
        one.title === task.title &&
        one.repository === task.repository &&
        one.folder === task.folder &&
        Math.abs(Date.parse(one.createdAt) - at) <= togetherMs,
    )
    .sort((one, other) => one.id - other.id);
}
