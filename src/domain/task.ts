import type { Policy } from "#protocol/policy.ts";
import type { Origin, Priority, PullRequest } from "#protocol/task.ts";
import type { Reason, TaskConclusion, TaskStatus } from "#protocol/words.ts";
import { blockingCodes } from "./holds.ts";
import type { Links } from "./links.ts";
import { awaitsApproval, planReasons, waitingPlan } from "./plan.ts";
import type { Proposal } from "./proposal.ts";
import { reasons } from "./reasons.ts";
import type { RunFacts } from "./run.ts";
import { takenOverReason } from "./takeover.ts";
import { waysOn, withWays } from "./ways-on.ts";

/** A repository as GitHub and we know it; the id outlives renames. One of this machine: see local.ts. */
export type RepositoryRef = { id: number; name: string; installationId: number };

/** What was asked for, as of the moment when somebody with the right to ask did so. */
export type Snapshot = {
  title: string;
  body: string;
  comments: { author: string; at: string; body: string }[];
  /** How many comments were left out because their authors may not steer work, or changed them later. */
  omittedComments: number;
  takenAt: number;
  /** The issue's labels then; absent for tasks of before they were kept. */
  labels?: string[];
  /** The issue's title or text was changed after that; what it says now is not part of this. */
  laterEdit?: { by: string; at: number };
  /** Who has approved what was made of this request. */
  approvals?: { plan?: Approval; pullRequest?: Approval };
};

export type Approval = { by: string; at: number };

/** Everything the control plane knows of a task. Instants are milliseconds since 1970 in UTC. */
export type TaskFacts = {
  id: number;
  repository: RepositoryRef;
  cloneUrl: string;
  issue: { number: number; url: string; nodeId: string } | null;
  /** Where it comes from, when that is no issue of GitHub's. */
  origin?: Origin;
  snapshot: Snapshot;
  requestedBy: string;
  priority: Priority;
  links: Links;
  policy: Policy;
  branch: string;
  pullRequest: (PullRequest & { closedBy: string | null }) | null;
  /** Of a task of this machine: the pull request that its owner has opened of the branch. */
  proposal?: Proposal;
  /** Somebody has merged the branch by hand; it holds for as long as that run is the newest one. */
  merged?: { afterRun: number; into: string };
  cancelled: { by: string; how: string } | null;
  /** Why a person has to go on; it holds for as long as that run is the newest one. */
  handOver: { afterRun: number; headSha: string; reason: Reason } | null;
  createdAt: number;
  updatedAt: number;
};

export type NewTask = Omit<TaskFacts, "id">;

export type TaskState = { status: TaskStatus; conclusion: TaskConclusion | null; reason: Reason | null };

/** `TASK-12` */
export function taskName(id: number): string {
  return `TASK-${id}`;
}

/** The number in `TASK-12`. */
export function taskIdOf(name: string): number {
  return Number(name.slice("TASK-".length));
}

/** The run that speaks for the task: the newest. */
export function currentRun(runs: readonly RunFacts[]): RunFacts | null {
  return runs.reduce<RunFacts | null>((newest, run) => (newest === null || run.id > newest.id ? run : newest), null);
}

/** Whether a run of the task is queued, in progress or waiting. */
export function isAlive(runs: readonly RunFacts[]): boolean {
  return runs.some((run) => run.status !== "completed");
}

/**
 * The status of a task, derived from facts alone.
 * @param queueReason why its queued run has not been claimed, where that is known
 */
export function taskStateOf(task: TaskFacts, runs: readonly RunFacts[], queueReason: Reason | null): TaskState {
  const run = currentRun(runs);
  const pull = task.pullRequest;
  if (run?.status === "in_progress") {
    const { cancelAsked, takeover } = run;
    const isTaken = takeover !== null && takeover.state !== "wanted";
    const taken = isTaken ? takenOverReason(takeover, taskName(task.id)) : null;
    return { status: "in_progress", conclusion: null, reason: cancelAsked ? reasons.stopping(cancelAsked.by) : taken };
  }
  if (pull?.state === "merged") return completed("success", null);
  if (pull?.state === "closed" && run?.status === "completed") {
    return ended(task, run, "cancelled", reasons.pullRequestClosed(pull.closedBy ?? "somebody"));
  }
  if (run === null || run.status === "completed") return endOf(task, run);
  if (run.status === "waiting") return { status: "waiting", conclusion: null, reason: run.reason };
  // The run itself stands in the queue, but nothing is wanted of anybody: it goes on by itself at a known time.
  const isBlocked = queueReason !== null && blockingCodes.has(queueReason.code);
  const status = isBlocked ? "blocked" : queueReason?.code === "usage_limit" ? "waiting" : "queued";
  return { status, conclusion: null, reason: queueReason };
}

function endOf(task: TaskFacts, run: RunFacts | null): TaskState {
  if (waitingPlan(task, run) !== null) return { status: "waiting", conclusion: null, reason: planReasons.waits() };
  if (run !== null && task.merged?.afterRun === run.id) return completed("success", null);
  const proposed = task.proposal;
  if (run !== null && proposed?.endedAfter === run.id) {
    const closed = reasons.pullRequestClosed(proposed.closedBy ?? "somebody");
    return proposed.state === "merged" ? completed("success", null) : ended(task, run, "cancelled", closed);
  }
  if (run?.conclusion === "success" && !task.cancelled) {
    const approval = awaitsApproval(task) ? planReasons.pullRequestWaits() : null;
    return { status: "in_review", conclusion: null, reason: handOverOf(task, run) ?? approval };
  }
  if (task.cancelled) return ended(task, run, "cancelled", reasons.cancelledBy(task.cancelled.by, task.cancelled.how));
  if (run === null) return { status: "waiting", conclusion: null, reason: reasons.notStarted(taskName(task.id)) };
  const conclusion = run.conclusion === "cancelled" || run.conclusion === "timed_out" ? run.conclusion : "failure";
  return ended(task, run, conclusion, run.reason);
}

/** Why a person has to go on from here, although the newest run ended well. */
export function handOverOf(task: TaskFacts, run: RunFacts | null): Reason | null {
  if (run === null || task.handOver === null || task.handOver.afterRun !== run.id) return null;
  const { reason } = task.handOver;
  return withWays(reason, waysOn(run, reason), task.issue !== null);
}

/** Ended short of its goal, with what people can do from there. */
function ended(task: TaskFacts, run: RunFacts | null, conclusion: TaskConclusion, reason: Reason | null): TaskState {
  const ways = run === null ? [] : waysOn(run, reason);
  return completed(conclusion, reason && withWays(reason, ways, task.issue !== null));
}

function completed(conclusion: TaskConclusion, reason: Reason | null): TaskState {
  return { status: "completed", conclusion, reason };
}
