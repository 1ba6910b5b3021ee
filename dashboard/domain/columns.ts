import type { Task } from "#protocol/task.ts";
import type { TaskStatus } from "#protocol/words.ts";

/** The board's columns, by whose move it is. */
export const columns = [
  { name: "needs_you", title: "Needs you", empty: "Nothing waits for you." },
  { name: "in_review", title: "In review", empty: "No pull request is waiting for review." },
  { name: "working", title: "Working", empty: "Claude is not working on anything." },
  { name: "queued", title: "Queued", empty: "The queue is empty." },
  { name: "done", title: "Done", empty: "Nothing is finished yet." },
] as const;

export type ColumnName = (typeof columns)[number]["name"];

/** A failure that nobody took up for so long is history, not a call for help. */
const failureMattersMs = 7 * 24 * 60 * 60_000;

const columnByStatus = {
  queued: "queued",
  blocked: "queued",
  in_progress: "working",
  waiting: "needs_you",
  in_review: "in_review",
  completed: "done",
} as const satisfies Record<TaskStatus, ColumnName>;

/** @param now milliseconds since 1970 */
export function columnOf(task: Task, now: number): ColumnName {
  // What ends by itself, as a usage limit does, needs nobody.
  if (task.status === "waiting" && task.reason?.until !== undefined) return "queued";
  // A finished pull request with a reason has been handed over, or waits for approval.
  if (task.status === "in_review" && task.reason !== null) return "needs_you";
  if (task.status === "completed" && (task.conclusion === "failure" || task.conclusion === "timed_out"))
    return now - Date.parse(task.updatedAt) < failureMattersMs ? "needs_you" : "done";
  return columnByStatus[task.status];
}

/** The tasks of each column: what has waited longest comes first, but the newest of what is done. */
export function columnsOf(tasks: readonly Task[], now: number): Record<ColumnName, Task[]> {
  const found: Record<ColumnName, Task[]> = { needs_you: [], in_review: [], working: [], queued: [], done: [] };
  for (const task of tasks) found[columnOf(task, now)].push(task);
  found.needs_you.sort(byChange);
  found.in_review.sort(byChange);
  found.working.sort((one, other) => one.id - other.id);
  found.queued.sort((one, other) => weight[other.priority] - weight[one.priority] || one.id - other.id);
  found.done.sort((one, other) => byChange(other, one));
  return found;
}

/** Instants in ISO 8601 sort as plain text, which is far quicker than by the rules of a language. */
function byChange({ updatedAt: one }: Task, { updatedAt: other }: Task): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const weight = { low: 0, normal: 1, high: 2 } as const satisfies Record<Task["priority"], number>;
