import type { LogLine } from "#protocol/report.ts";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";

export const noon = Date.parse("2026-11-21T12:00:00.000Z");

/** An instant so many minutes after noon. */
export function at(minutes: number): string {
  return new Date(noon + minutes * 60_000).toISOString();
}

/** Task 12 in the queue; say only what matters. */
export function aTask(of: Partial<Task> = {}): Task {
  const id = of.id ?? 12;
  return {
    id,
    name: `TASK-${id}`,
    repository: "octo/hello",
    issue: { number: 5, url: "https://github.test/octo/hello/issues/5" },
    title: "Greet people by name",
    requestedBy: "ada",
    priority: "normal",
    status: "queued",
    conclusion: null,
    reason: null,
    branch: null,
    pullRequest: null,
    costUsd: 0,
    createdAt: at(0),
    updatedAt: at(0),
    runs: [aRun({ status: of.status === "completed" || of.status === "in_review" ? "completed" : "queued" })],
    ...of,
  };
}

export function aRun(of: Partial<Run> = {}): Run {
  return {
    id: 31,
    task: "TASK-12",
    purpose: "implement",
    attempt: 1,
    status: "in_progress",
    conclusion: null,
    reason: null,
    runner: "laptop",
    sessionId: null,
    claudeVersion: null,
    model: null,
    sandbox: null,
    attach: null,
    branch: null,
    baseSha: null,
    headSha: null,
    steps: [],
    progress: null,
    commits: [],
    findings: [],
    summary: null,
    createdAt: at(0),
    startedAt: null,
    completedAt: null,
    ...of,
  };
}

export function aLine(kind: LogLine["kind"], text: string, minutes = 0): LogLine {
  return { at: at(minutes), kind, text };
}
