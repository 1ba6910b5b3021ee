import type { Badge } from "../commit-status.ts";
import type { FollowUpBrief } from "../follow-up-brief.ts";
import type { RunFacts } from "../run.ts";
import { currentRun, type TaskFacts, type TaskState, taskName } from "../task.ts";

/** What the surfaces of a task are rendered from. */
export type SurfaceFacts = {
  task: TaskFacts;
  runs: readonly RunFacts[];
  /** What the newest run deals with; nothing where it carries out the task itself. */
  brief?: FollowUpBrief | null;
  state: TaskState;
  /** Milliseconds since 1970 in UTC. */
  now: number;
  operator: { dashboardUrl: string | null; markerKey: string };
  /** What may be written beside a commit; check runs when absent. */
  badge?: Badge;
};

/** The facts of a task as its surfaces need them. */
export type TaskView = SurfaceFacts & {
  name: string;
  /** The newest run. */
  run: RunFacts | null;
  /** The newest run of which a branch with commits was pushed. */
  pushed: RunFacts | null;
  /** The newest run that was verified. */
  verified: RunFacts | null;
  isAlive: boolean;
  costUsd: number;
  /** The task's page on the dashboard. */
  page: string | null;
};

/** GitHub's clock and ours may differ by this much; beyond it GitHub would not take our signatures either. */
const skewMs = 10 * 60_000;

/** Whether the run worked on the task's branch of now: a merged or closed pull request keeps its branch for itself. */
function isOfBranch(task: TaskFacts, run: RunFacts): boolean {
  return task.pullRequest !== null || run.createdAt >= task.snapshot.takenAt - skewMs;
}

/** A run that nobody has taken before it was not needed any more: the one before it speaks for the task. */
function wasWithdrawn(run: RunFacts): boolean {
  return run.startedAt === null && run.conclusion === "success";
}

export function viewOf(facts: SurfaceFacts): TaskView {
  const newest = [...facts.runs].sort((a, b) => b.id - a.id);
  const name = taskName(facts.task.id);
  const dashboard = facts.operator.dashboardUrl;
  return {
    ...facts,
    name,
    run: currentRun(facts.runs.filter((run) => !wasWithdrawn(run))),
    pushed: newest.find((run) => isOfBranch(facts.task, run) && run.headSha !== null && run.commits.length > 0) ?? null,
    verified: newest.find((run) => run.verified !== null) ?? null,
    isAlive: facts.runs.some((run) => run.status !== "completed"),
    costUsd: facts.runs.reduce((sum, run) => sum + (run.progress?.costUsd ?? 0), 0),
    page: dashboard === null ? null : `${dashboard.replace(/\/+$/, "")}/tasks/${name}`,
  };
}
