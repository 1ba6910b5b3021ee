import type { LookAt } from "#domain/follow-up.ts";
import type { FollowUpBrief } from "#domain/follow-up-brief.ts";
import type { ReviewAnswers } from "#domain/review-answers.ts";
import type { RunFacts } from "#domain/run.ts";

/** A look at a pull request that is due: what it is about, since when, how often it was put off, and how often marked. */
export type DueLook = { taskId: number; what: LookAt; since: number; dueAt: number; tries: number; marks: number };

/** What a run that follows up on a pull request is to deal with. */
export type FollowUpRecord = { runId: number; taskId: number; brief: FollowUpBrief };

export interface FollowUps {
  /** The task's pull request is to be looked at, at `at` or earlier. */
  markDue(taskId: number, what: LookAt, at: number): void;
  /** What waits to be looked at is looked at by then. */
  wake(taskId: number, at: number): void;
  due(now: number): DueLook[];
  ofTask(taskId: number): DueLook[];
  nextDueAt(): number | null;
  /** Looked at: no longer due, unless it was marked again meanwhile. */
  settle(look: DueLook): void;
  postpone(look: DueLook, at: number): void;
  /** Whether something was done about this cause. */
  isKnown(taskId: number, cause: string): boolean;
  remember(taskId: number, cause: string, at: number): void;
  forget(taskId: number, cause: string): void;
  insert(record: FollowUpRecord): void;
  /** The task's follow-up runs, the oldest first; later attempts at the same are not among them. */
  runsOf(taskId: number): FollowUpRecord[];
  /** What the run is about: its own record, or that of the run which it is another attempt of. */
  of(run: Pick<RunFacts, "id" | "taskId" | "purpose">): FollowUpRecord | null;
  /** What is to be answered to a review; null when all of it stands on GitHub. */
  answer(runId: number, answers: ReviewAnswers | null): void;
  unanswered(): (FollowUpRecord & { answers: ReviewAnswers })[];
}
