import type { TaskDeed } from "#protocol/access.ts";
import type { Task } from "#protocol/task.ts";

/** The server says what a person may; of whom nothing is said may everything. */
export function mayDo(deed: TaskDeed, { may }: Pick<Task, "may">): boolean {
  return may === undefined || may.includes(deed);
}
