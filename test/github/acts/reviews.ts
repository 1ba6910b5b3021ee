import { changes, mergeBase } from "../git/history.ts";
import type { Json } from "../render/json.ts";
import { renderPullSimple, renderReview, renderReviewComment } from "../render/pulls.ts";
import { renderUser } from "../render/users.ts";
import { nodeId } from "../state/ids.ts";
import type {
  PullIssue,
  Repository,
  Review,
  ReviewComment,
  ReviewState,
  ReviewThread,
  Sender,
  User,
} from "../state/nouns.ts";
import { invalid } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { checkBody, note, tellIssue } from "./issues.ts";

/** A comment on lines of the diff; without a line it is about the whole file. */
export interface NewReviewComment {
  path: string;
  body: string;
  line?: number | undefined;
  startLine?: number | undefined;
  side?: "LEFT" | "RIGHT" | undefined;
}

const states: Record<string, ReviewState> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

function tell(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  event: string,
  action: string,
  more: Json,
): void {
  const parts = { pull_request: renderPullSimple(world, repository, issue), ...more };
  world.happen({ repository, event, action, sender, parts });
}

/** In the webhook, and only there, the review's state is in lower case. */
export function tellReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  review: Review,
  sender: Sender,
  action: string,
): void {
  const rendered = renderReview(world, repository, issue, review);
  const lower = { ...rendered, state: review.state.toLowerCase(), updated_at: rendered.submitted_at };
  tell(world, repository, issue, sender, "pull_request_review", action, { review: lower });
}

export function tellReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  comment: ReviewComment,
  sender: Sender,
  action: string,
  more: Json = {},
): void {
  const rendered = renderReviewComment(world, repository, issue, comment);
  tell(world, repository, issue, sender, "pull_request_review_comment", action, { comment: rendered, ...more });
}

async function hunkOf(repository: Repository, issue: PullIssue, path: string): Promise<string> {
  const from = await mergeBase(repository.git, issue.pull.baseSha, issue.pull.headSha);
  const file = (await changes(repository.git, from, issue.pull.headSha)).find((one) => one.path === path);
  if (!file) throw invalid("PullRequestReviewComment", "path", "invalid", "path could not be resolved");
  return file.patch ?? "@@ -0,0 +1 @@";
}

function addReview(world: World, issue: PullIssue, sender: Sender, state: ReviewState, body: string): Review {
  const review: Review = {
    id: world.ids.next("review"),
    user: sender.user,
    body,
    state,
    commitId: issue.pull.headSha,
    submittedAt: world.now(),
  };
  issue.pull.reviews.push(review);
  return review;
}

function addComment(
  world: World,
  issue: PullIssue,
  sender: Sender,
  review: Review,
  given: NewReviewComment & { diffHunk: string },
  answered: ReviewComment | null,
): ReviewComment {
  checkBody("PullRequestReviewComment", given.body);
  const thread: ReviewThread = answered?.thread ?? { id: world.ids.next("thread"), resolvedBy: null };
  if (!answered) issue.pull.threads.push(thread);
  const now = world.now();
  const comment: ReviewComment = {
    id: world.ids.next("reviewComment"),
    reviewId: review.id,
    user: sender.user,
    byApp: sender.byApp,
    body: given.body,
    path: given.path,
    line: given.line ?? null,
    startLine: given.startLine ?? null,
    side: given.side ?? "RIGHT",
    diffHunk: given.diffHunk,
    commitId: issue.pull.headSha,
    originalCommitId: answered?.originalCommitId ?? issue.pull.headSha,
    inReplyTo: answered?.id ?? null,
    thread,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  };
  issue.pull.reviewComments.push(comment);
  issue.updatedAt = now;
  return comment;
}

/** Submits a review with its comments; the webhook of the review comes before those of its comments. */
export async function submitReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  given: { event: string; body: string; comments: readonly NewReviewComment[] },
): Promise<Review> {
  const state = states[given.event] ?? "COMMENTED";
  if (issue.user === sender.user && state !== "COMMENTED") {
    const verb = state === "APPROVED" ? "approve" : "request changes on";
    throw invalid("PullRequestReview", "event", "custom", `Can not ${verb} your own pull request`);
  }
  if (state !== "APPROVED" && given.body === "" && given.comments.length === 0) {
    throw invalid("PullRequestReview", "body", "missing_field");
  }
  const hunks = await Promise.all(given.comments.map(({ path }) => hunkOf(repository, issue, path)));
  const review = addReview(world, issue, sender, state, given.body);
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((user) => user !== sender.user);
  tellReview(world, repository, issue, review, sender, "submitted");
  for (const [at, one] of given.comments.entries()) {
    const comment = addComment(world, issue, sender, review, { ...one, diffHunk: hunks[at] ?? "" }, null);
    tellReviewComment(world, repository, issue, comment, sender, "created");
  }
  return review;
}

/** One comment alone; GitHub makes a review of its own around it. */
export async function addReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  given: NewReviewComment,
): Promise<ReviewComment> {
  const diffHunk = await hunkOf(repository, issue, given.path);
  const review = addReview(world, issue, sender, "COMMENTED", "");
  const comment = addComment(world, issue, sender, review, { ...given, diffHunk }, null);
  tellReview(world, repository, issue, review, sender, "submitted");
  tellReviewComment(world, repository, issue, comment, sender, "created");
  return comment;
}

/** A reply goes to the top-level comment of its thread; GitHub refuses replies to replies. */
export function replyToReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  answered: ReviewComment,
  body: string,
): ReviewComment {
  if (answered.inReplyTo !== null) {
    throw invalid("PullRequestReviewComment", "in_reply_to", "invalid", "Replies go to the top-level review comment");
  }
  const review = addReview(world, issue, sender, "COMMENTED", "");
  const given = {
    path: answered.path,
    body,
    line: answered.line ?? undefined,
    side: answered.side,
    diffHunk: answered.diffHunk,
  };
  const comment = addComment(world, issue, sender, review, given, answered);
  tellReview(world, repository, issue, review, sender, "submitted");
  tellReviewComment(world, repository, issue, comment, sender, "created");
  return comment;
}

/** Resolves a thread, or opens it again. */
export function setResolved(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  thread: ReviewThread,
  resolved: boolean,
): void {
  if ((thread.resolvedBy !== null) === resolved) return;
  thread.resolvedBy = resolved ? sender.user : null;
  const comments = issue.pull.reviewComments
    .filter((one) => one.thread === thread)
    .map((one) => renderReviewComment(world, repository, issue, one));
  tell(world, repository, issue, sender, "pull_request_review_thread", resolved ? "resolved" : "unresolved", {
    thread: { node_id: nodeId("PRRT", thread.id), comments },
  });
}

/** Asks for reviews, or no longer; one webhook for each person. */
export function setReviewers(
  world: World,
  repository: Repository,
  issue: PullIssue,
  sender: Sender,
  users: readonly User[],
): void {
  const { pull } = issue;
  const tellOf = (user: User, action: string): void =>
    tellIssue(world, repository, issue, sender, action, { requested_reviewer: renderUser(world.links, user) });
  for (const user of pull.requestedReviewers.filter((one) => !users.includes(one))) {
    pull.requestedReviewers = pull.requestedReviewers.filter((one) => one !== user);
    note(world, issue, sender, "review_request_removed");
    tellOf(user, "review_request_removed");
  }
  for (const user of users.filter((one) => !pull.requestedReviewers.includes(one))) {
    if (user === issue.user) {
      throw invalid("PullRequest", "reviewers", "invalid", "Review cannot be requested from pull request author.");
    }
    pull.requestedReviewers.push(user);
    note(world, issue, sender, "review_requested");
    tellOf(user, "review_requested");
  }
}
