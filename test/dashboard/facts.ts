import type { LogLine } from "#protocol/report.ts";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { runShown, taskShown } from "#test/shown.ts";

export const noon = Date.parse("2026-11-21T12:00:00.000Z");

/** An instant so many minutes after noon. */
export function at(minutes: number): string {
  return new Date(noon + minutes * 60_000).toISOString();
}

/** Task 12 in the queue; say only what matters. */
export function aTask(of: Partial<Task> = {}): Task {
  const status = of.status === "completed" || of.status === "in_review" ? "completed" : "queued";
  return taskShown({ createdAt: at(0), updatedAt: at(0), runs: [aRun({ status })], ...of });
}

export function aRun(of: Partial<Run> = {}): Run {
  return runShown({ createdAt: at(0), ...of });
}

export function aLine(kind: LogLine["kind"], text: string, minutes = 0): LogLine {
  return { at: at(minutes), kind, text };
}
