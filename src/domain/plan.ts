import type { Reason } from "#protocol/words.ts";
import { isLocal } from "./local.ts";
import type { RunFacts } from "./run.ts";
import type { TaskFacts } from "./task.ts";

/*
 * A task may begin with a plan: a run that reads and changes nothing, and whose closing words are the plan.
 *
 *   plan run ──ends well──► the plan waits ──approve──► implement run, in the same session
 *                 ▲                │
 *                 └──── say ───────┘
 *
 * Nobody holds anything while it waits: that it does is read off the newest run.
 */

/** The run whose plan waits for somebody to approve it; null where none does. */
export function waitingPlan(task: Pick<TaskFacts, "cancelled">, run: RunFacts | null): RunFacts | null {
  return task.cancelled === null && run !== null && isPlan(run) ? run : null;
}

/** The plan of the present request that came before this run, the newest one; null without any. */
export function planBefore(task: TaskFacts, runs: readonly RunFacts[], run: RunFacts): RunFacts | null {
  return ofRequest(task, runs).findLast((one) => one.id < run.id && isPlan(one)) ?? null;
}

/** What the next run of the present request is for, where nobody says otherwise. */
export function nextPurpose(task: TaskFacts, runs: readonly RunFacts[]): "plan" | "implement" {
  const own = ofRequest(task, runs);
  if (own.some(({ purpose }) => purpose === "implement")) return "implement";
  return task.policy.plan === "always" || own.at(-1)?.purpose === "plan" ? "plan" : "implement";
}

/** Whether the pull request stays a draft until somebody approves it. */
export function awaitsApproval({ policy, snapshot, pullRequest, repository }: TaskFacts): boolean {
  // In a repository of this machine nobody opens one.
  if (isLocal(repository)) return false;
  const isDraft = pullRequest === null || (pullRequest.state === "open" && pullRequest.draft);
  return policy.approval && isDraft && snapshot.approvals?.pullRequest === undefined;
}

function isPlan({ purpose, conclusion, startedAt }: RunFacts): boolean {
  return purpose === "plan" && conclusion === "success" && startedAt !== null;
}

function ofRequest(task: TaskFacts, runs: readonly RunFacts[]): RunFacts[] {
  return runs.filter(({ createdAt }) => createdAt >= task.snapshot.takenAt);
}

export const planReasons = {
  waits: (): Reason => ({
    code: "plan_waits",
    sentence: "A plan waits for approval.",
    advice: "`/claude approve` lets Claude carry it out, `/claude say …` changes it, `/claude stop` ends it.",
  }),
  pullRequestWaits: (): Reason => ({
    code: "approval_waits",
    sentence: "The work is done, and the pull request stays a draft until somebody approves it.",
    advice: "`/claude approve` makes it ready for review.",
  }),
  toBeLookedAt: (): Reason => ({
    code: "to_be_looked_at",
    sentence: "The changes hold something that a person has to look at first, so the pull request stays a draft.",
    advice: "Look at what the comment names; whoever finds it right marks the pull request as ready on GitHub.",
  }),
  isWritten: (): Reason => ({
    code: "plan_under_way",
    sentence: "The plan is being written, so there is none to approve yet.",
    advice: "Read it when it is there, then write `/claude approve` again.",
  }),
  approvedAlready: (by: string): Reason => ({ code: "approved_already", sentence: `${by} has approved it already.` }),
  unfinished: (): Reason => ({
    code: "not_finished",
    sentence: "The work has not been finished, so there is nothing to approve yet.",
    advice: "Approve it when the comment says that it is done.",
  }),
  nothing: (): Reason => ({
    code: "nothing_to_approve",
    sentence: "Nothing waits for approval here.",
    advice: "`/claude plan` asks for a plan first.",
  }),
} as const;
