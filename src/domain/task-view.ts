import type { Question } from "#protocol/question.ts";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { isLocal } from "./local.ts";
import type { RunQuestion } from "./question.ts";
import type { RunFacts } from "./run.ts";
import { type TaskFacts, type TaskState, taskName } from "./task.ts";

/** A task as programs outside the control plane see it. */
export function taskView(
  task: TaskFacts,
  runs: readonly RunFacts[],
  state: TaskState,
  runnerName: (id: number) => string | null,
  /** The control plane's own machine, where that is known. */
  host: string | null,
): Task {
  const { issue } = task;
  const pullRequest = task.pullRequest ?? task.proposal ?? null;
  return {
    id: task.id,
    name: taskName(task.id),
    repository: task.repository.name,
    ...(isLocal(task.repository) ? { folder: task.cloneUrl } : {}),
    ...(task.policy.base === undefined ? {} : { base: task.policy.base }),
    issue: issue && { number: issue.number, url: issue.url },
    ...(task.origin === undefined ? {} : { origin: task.origin }),
    title: task.snapshot.title,
    requestedBy: task.requestedBy,
    priority: task.priority,
    status: state.status,
    conclusion: state.conclusion,
    reason: state.reason,
    branch: task.branch,
    pullRequest: pullRequest && {
      number: pullRequest.number,
      url: pullRequest.url,
      state: pullRequest.state,
      draft: pullRequest.draft,
      headSha: pullRequest.headSha,
    },
    labels: [...new Set([...(task.snapshot.labels ?? []), ...task.policy.runs_on])],
    costUsd: runs.reduce((sum, run) => sum + (run.progress?.costUsd ?? 0), 0),
    createdAt: instant(task.createdAt),
    updatedAt: instant(task.updatedAt),
    runs: runs.map((run) => runView(run, task, runnerName, host)),
  };
}

function runView(run: RunFacts, task: TaskFacts, runnerName: (id: number) => string | null, host: string | null): Run {
  return {
    id: run.id,
    task: taskName(task.id),
    purpose: run.purpose,
    attempt: run.attempt,
    status: run.status,
    conclusion: run.conclusion,
    reason: run.reason,
    runner: run.runnerId === null ? null : runnerName(run.runnerId),
    sessionId: run.startedAt === null ? null : run.sessionId,
    claudeVersion: run.claudeVersion,
    model: run.model,
    sandbox: run.sandbox,
    attach: run.attach,
    // The worktree goes with the end of its run.
    ...(run.place === null || run.status === "completed"
      ? {}
      : { place: { ...run.place, isHere: run.place.host === host } }),
    branch: run.startedAt === null ? null : task.branch,
    baseSha: run.baseSha,
    headSha: run.headSha,
    steps: run.steps,
    progress: run.progress,
    commits: run.commits,
    findings: run.findings,
    diff: run.diff,
    summary: run.summary,
    ...(run.question === null ? {} : { question: questionView(run.question) }),
    ...(run.takeover === null ? {} : { takeover: { by: run.takeover.by, state: run.takeover.state } }),
    createdAt: instant(run.createdAt),
    startedAt: run.startedAt === null ? null : instant(run.startedAt),
    completedAt: run.completedAt === null ? null : instant(run.completedAt),
  };
}

function questionView({ items, askedAt, until, answer }: RunQuestion): Question {
  return {
    items,
    askedAt: instant(askedAt),
    until: instant(until),
    answer: answer && { ...answer, at: instant(answer.at) },
  };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
