import { reviewCause, type SubmittedReview } from "#domain/follow-up.ts";
import { newRun } from "#domain/run.ts";
import type { RepositoryRef, TaskFacts } from "#domain/task.ts";
import { branchName } from "#protocol/branch-name.ts";
import type { TaskName } from "#protocol/words.ts";
import { readLinks } from "./follow-links.ts";
import type { PullRequestNow } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { readPolicy } from "./read-policy.ts";
import { type Asked, beginTask, snapshotOf, type Wish } from "./submit-task.ts";

/** A task of ours of which only GitHub knows any more. Whoever asks has made sure that its pull request is ours. */
export type LostTask = {
  repository: RepositoryRef;
  issue: number;
  /** The name that it had. */
  task: TaskName;
  pullRequest: number;
  /** Its branch; null where nobody says it, and the repository's template has to give it. */
  branch: string | null;
  /** Who did what it is needed for. */
  by: string;
  /** The review that is to be worked through; those of before count as known. */
  review: number | null;
};

const summary = "What was kept of the work until here is lost. The commits say what was done.";

/**
 * Makes a task anew from what GitHub shows of it: its issue as it is now, and its pull request. It rests as after a run that
 * went well, so that what happens to the pull request is followed up as ever, in a conversation that begins anew.
 * @returns whether it could be done: not with a broken policy, nor when the pull request cannot be told to be that branch's
 */
export async function restoreTask(world: World, of: LostTask): Promise<boolean> {
  const { repository, issue, pullRequest } = of;
  const { github, store } = world;
  const [{ policy }, there, now, [pull]] = await Promise.all([
    readPolicy(world, repository),
    github.repository(repository),
    github.issue(repository, issue),
    github.pullRequests(repository, [pullRequest]),
  ]);
  if (policy === null || pull === undefined) return false;
  const { title, body } = now;
  const branch = of.branch ?? branchName(policy.branch, { task: of.task, issue, title });
  // Whoever copies what is in ours has another branch, in another repository.
  if ((await github.findPullRequest(repository, branch))?.number !== pullRequest) return false;
  const wish: Wish = { repository, issue, title, body, by: of.by, at: world.clock(), isLabel: false };
  const [snapshot, links, reviews] = await Promise.all([
    snapshotOf(world, wish, now, policy),
    readLinks(world, repository, issue),
    github.reviewsOf(repository, pullRequest),
  ]);
  const known = reviewsBefore(reviews, of.review);
  const isDone = store.transaction(() =>
    restore(world, wish, { policy, there, now, snapshot, links }, { branch, pull, known }),
  );
  if (isDone) world.bell.work();
  return isDone;
}

function restore(
  world: World,
  wish: Wish,
  asked: Asked,
  { branch, pull, known }: { branch: string; pull: PullRequestNow; known: readonly SubmittedReview[] },
): boolean {
  const { store } = world;
  if (store.tasks.byIssue(wish.repository.id, wish.issue) !== null) return false;
  const at = world.clock();
  const { updatedAt: _, ...pullRequest } = pull;
  const made = beginTask(world, wish, asked);
  const task: TaskFacts = { ...made, branch, pullRequest };
  store.tasks.update(task);
  store.runs.insert({
    ...newRun({
      taskId: task.id,
      purpose: "implement",
      attempt: 1,
      sessionId: world.newSessionId(),
      resume: false,
      notBefore: null,
      now: at,
    }),
    status: "completed",
    conclusion: "success",
    headSha: pull.headSha,
    summary,
    startedAt: at,
    completedAt: at,
  });
  for (const { id } of known) store.followUps.remember(task.id, reviewCause(id), at);
  // The label on it has had its answer long ago.
  store.reconciling.judge(wish.repository.id, wish.issue, { judgedAt: at });
  store.surfaces.markDue(task.id, at);
  world.bell.task(task.id);
  return true;
}

function reviewsBefore(all: readonly SubmittedReview[], review: number | null): SubmittedReview[] {
  const asked = all.find(({ id }) => id === review);
  // GitHub tells instants in whole seconds.
  return all.filter((one) => asked === undefined || (one !== asked && one.submittedAt <= asked.submittedAt));
}
