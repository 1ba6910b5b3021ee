import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";
import type { TaskStatus } from "#protocol/words.ts";
import { colours as pc } from "./colours.ts";
import type { Column } from "./table.ts";
import { ago } from "./time.ts";

const looks = {
  queued: { word: "queued", paint: pc.dim },
  blocked: { word: "blocked", paint: pc.yellow },
  in_progress: { word: "in progress", paint: pc.cyan },
  waiting: { word: "waiting", paint: pc.yellow },
  in_review: { word: "in review", paint: pc.magenta },
  completed: { word: "completed", paint: pc.green },
} as const satisfies Record<TaskStatus, { word: string; paint: (text: string) => string }>;

const endings = {
  success: { word: "done", paint: pc.green },
  failure: { word: "failed", paint: pc.red },
  cancelled: { word: "cancelled", paint: pc.dim },
  timed_out: { word: "timed out", paint: pc.red },
} as const;

/** How a task's status reads: its conclusion once it has one. */
export function lookOf(task: Pick<Task, "status" | "conclusion">): { word: string; paint: (text: string) => string } {
  return task.status === "completed" && task.conclusion !== null ? endings[task.conclusion] : looks[task.status];
}

/** Why it waits or failed, else what it is doing, in one sentence; empty when there is nothing to say. */
export function whyOf(task: Task): string {
  if (task.reason !== null) return task.reason.sentence;
  return task.status === "in_progress" ? (task.runs.at(-1)?.progress?.activity ?? "") : "";
}

export function taskColumns(now: number): Column<Task>[] {
  return [
    { title: "TASK", value: ({ name }) => name },
    { title: "STATUS", value: (task) => lookOf(task).word, paint: (cell, task) => lookOf(task).paint(cell) },
    { title: "REPOSITORY", value: ({ repository }) => repository, shrinks: true },
    { title: "ISSUE", value: (task) => sourceOf(task)?.name ?? "", optional: true },
    { title: "TITLE", value: ({ title }) => title, shrinks: true },
    { title: "PR", value: ({ pullRequest }) => (pullRequest === null ? "" : `#${pullRequest.number}`) },
    { title: "UPDATED", value: ({ updatedAt }) => ago(updatedAt, now), optional: true },
  ];
}
