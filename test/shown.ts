/** Tasks, runs and runners as programs outside the control plane see them; say only what matters. */
import type { Run } from "#protocol/run.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";

export const shownAt = "2026-05-01T10:00:00.000Z";

/** A task of issue 5 in the queue, without any run. */
export function taskShown(of: Partial<Task> = {}): Task {
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
    createdAt: shownAt,
    updatedAt: shownAt,
    runs: [],
    ...of,
  };
}

/** The first run of task 12, which has just been claimed. */
export function runShown(of: Partial<Run> = {}): Run {
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
    createdAt: shownAt,
    startedAt: null,
    completedAt: null,
    ...of,
  };
}

export function runnerShown(of: Partial<Runner> = {}): Runner {
  return {
    id: 3,
    name: "laptop",
    labels: ["linux"],
    slots: 2,
    version: "0.1.0",
    sandbox: "none",
    repositories: [],
    state: "online",
    busy: 0,
    heartbeatAt: null,
    freeMemoryBytes: null,
    freeDiskBytes: null,
    ...of,
  };
}
