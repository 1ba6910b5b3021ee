import type { Check } from "#protocol/verdicts.ts";
import type { Reason } from "#protocol/words.ts";
import { reasons } from "./reasons.ts";
import type { RunFacts } from "./run.ts";
import { currentRun, isAlive, type TaskFacts } from "./task.ts";

/*
 * What comes after a pull request is there. Webhooks only say where to look; what is done is decided from what GitHub
 * shows at that moment, so that a lost, doubled or late event changes nothing but the time:
 *
 *   event ──► a look is due ──► GitHub is read ──► nextFollowUpFor ──► a run · a person · wait · nothing
 *
 * People come first, then what keeps checks from running, then the checks.
 */

/** What a look at a pull request is about. */
export type LookAt = "checks" | "review" | "mergeable";

/** A check of another app, or a commit status, that has failed on the head. */
export type FailingCheck = {
  /** GitHub's id of the check run; null for a commit status. */
  id: number | null;
  app: string;
  name: string;
  conclusion: string;
  url: string | null;
  /** The job of GitHub Actions behind it. */
  jobId: number | null;
  annotations: number;
  /** What the check itself says, as far as it says anything. */
  summary: string | null;
};

/** The checks of others on one commit. */
export type ChecksOnHead = { failing: FailingCheck[]; pending: number; all?: Check[] };

/** A review that somebody has submitted. */
export type SubmittedReview = {
  id: number;
  author: string;
  isBot: boolean;
  state: "approved" | "changes_requested" | "commented" | "dismissed" | "pending";
  body: string;
  submittedAt: number;
};

/** A pull request as a look found it; null stands for what was not asked. */
export type PullRequestFacts = {
  isOpen: boolean;
  headSha: string;
  base: { branch: string; sha: string };
  /** Null while GitHub is still working it out. */
  mergeable: boolean | null;
  checks: ChecksOnHead | null;
  /** Those of people who may steer work; null where nobody has looked. */
  reviews: readonly SubmittedReview[] | null;
};

export type FollowUpFacts = {
  task: TaskFacts;
  runs: readonly RunFacts[];
  pull: PullRequestFacts;
  /** Whether something was done about this cause before. */
  isKnown: (cause: string) => boolean;
  /** Runs in a row that were to repair checks. */
  rounds: number;
  /** The checks were waited for long enough: what is still pending is left out. */
  isPatient: boolean;
};

export type FollowUp =
  | { kind: "none" }
  /** The checks are not all in; the last one tells. */
  | { kind: "wait" }
  | { kind: "hand_over"; reason: Reason; causes: string[] }
  | { kind: "fix_checks"; checks: FailingCheck[]; causes: string[]; round: number }
  | { kind: "address_review"; review: SubmittedReview; causes: string[] }
  | { kind: "resolve_conflicts"; causes: string[] };

/** What to do next about a task's pull request. Each cause leads to one run at most. */
export function nextFollowUpFor(facts: FollowUpFacts): FollowUp {
  const { task, runs, pull } = facts;
  if (!pull.isOpen || !mayFollowUp(task, runs)) return { kind: "none" };
  return reviewFollowUp(facts) ?? conflictFollowUp(facts) ?? checksFollowUp(facts) ?? { kind: "none" };
}

/** Whether anything may be begun for the task's pull request by itself. */
export function mayFollowUp(task: TaskFacts, runs: readonly RunFacts[]): boolean {
  return task.pullRequest?.state === "open" && task.cancelled === null && !isAlive(runs);
}

/** Whether the look is worth its calls: what a person has to go on with first, nothing is begun for by itself. */
export function isWorthLooking(what: LookAt, task: TaskFacts, runs: readonly RunFacts[]): boolean {
  const { follow_up: policy } = task.policy;
  if (what === "review") return policy.reviews;
  const wentWell = currentRun(runs)?.conclusion === "success";
  return wentWell && (what === "checks" ? policy.check_rounds > 0 : policy.conflicts !== "off");
}

function reviewFollowUp({ task, pull, isKnown }: FollowUpFacts): FollowUp | null {
  if (!task.policy.follow_up.reviews) return null;
  const asking = (pull.reviews ?? []).filter(asksForSomething);
  const review = asking.find(({ id }) => !isKnown(reviewCause(id)));
  return review === undefined ? null : { kind: "address_review", review, causes: [reviewCause(review.id)] };
}

function asksForSomething({ state }: SubmittedReview): boolean {
  return state === "changes_requested" || state === "commented";
}

function conflictFollowUp({ task, runs, pull, isKnown }: FollowUpFacts): FollowUp | null {
  if (pull.mergeable !== false || !isWorthLooking("mergeable", task, runs)) return null;
  const cause = `conflict:${pull.headSha}:${pull.base.sha}`;
  return isKnown(cause) ? null : { kind: "resolve_conflicts", causes: [cause] };
}

function checksFollowUp({ task, runs, pull, isKnown, rounds, isPatient }: FollowUpFacts): FollowUp | null {
  if (pull.checks === null || !isWorthLooking("checks", task, runs)) return null;
  const checks = pull.checks.failing.filter((check) => !isKnown(checkCause(pull.headSha, check)));
  if (checks.length === 0) return null;
  if (pull.checks.pending > 0 && !isPatient) return { kind: "wait" };
  const causes = checks.map((check) => checkCause(pull.headSha, check));
  const most = task.policy.follow_up.check_rounds;
  if (rounds >= most) {
    return {
      kind: "hand_over",
      causes,
      reason: reasons.checksStillFail(
        checks.map(({ name }) => name),
        rounds,
      ),
    };
  }
  return { kind: "fix_checks", checks, causes, round: rounds + 1 };
}

/** Once per check and commit. */
export function checkCause(sha: string, check: Pick<FailingCheck, "app" | "name">): string {
  return `check:${sha}:${check.app}/${check.name}`.slice(0, 300);
}

export function reviewCause(review: number): string {
  return `review:${review}`;
}
