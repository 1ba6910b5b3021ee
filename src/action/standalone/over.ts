import type { Task } from "#protocol/task.ts";
import type { Saved } from "../state/turn.ts";

const dayMs = 24 * 60 * 60_000;

/**
 * Whether nothing of what is kept of a task is needed any more: there never was one, its pull request was merged or closed,
 * or it ended without one so many days ago.
 */
export function isOver(task: Task | null, keepDays: number, now: number): boolean {
  if (task === null) return true;
  if (task.status !== "completed") return false;
  if (task.pullRequest !== null && task.pullRequest.state !== "open") return true;
  const ends = task.runs.map(({ completedAt }) => (completedAt === null ? now : Date.parse(completedAt)));
  return Math.max(Date.parse(task.createdAt), ...ends) < now - keepDays * dayMs;
}

/** Whether what this job cannot read has been of no use to anybody for so many days. */
export function isOld(saved: Saved, keepDays: number, now: number): boolean {
  return saved.kind === "unreadable" && saved.savedAt < now - keepDays * dayMs;
}
