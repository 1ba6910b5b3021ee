import type { SubmittedReview } from "#domain/follow-up.ts";
import { hasMarker } from "#domain/surfaces/marker.ts";
import type { ReviewComment } from "#operations/ports/github.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";
import type { Us } from "./us.ts";

const pageSize = 100;
/** A pull request with more comments on its lines than this is read no further. */
const mostPages = 10;

const states = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
} as const satisfies Record<string, SubmittedReview["state"]>;

/** The newest reviews, the oldest of them first. GitHub lists the oldest first, a hundred at a time. */
export async function reviewsOf(
  octokit: Octokit,
  place: Place,
  number: number,
  us: Us,
  remembered: Remembered,
): Promise<SubmittedReview[]> {
  const found: SubmittedReview[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const data = await remembered.read(`reviews ${place.owner}/${place.repo}#${number} ${page}`, (headers) =>
      octokit.rest.pulls.listReviews({ ...place, pull_number: number, per_page: pageSize, page, headers }),
    );
    for (const review of data) {
      found.push({
        id: review.id,
        author: review.user?.login ?? "ghost",
        isBot:
          review.user === null ||
          review.user.type === "Bot" ||
          (await isOurAnswer(octokit, place, number, review, us, remembered)),
        state: review.state in states ? states[review.state as keyof typeof states] : "pending",
        body: review.body,
        submittedAt: Date.parse(review.submitted_at ?? "1970-01-01T00:00:00Z"),
      });
    }
    if (data.length < pageSize) break;
  }
  return found;
}

type Answer = { id: number; user: { login: string } | null; state: string; body: string };

/**
 * GitHub makes a review of every answer in a thread, without words of its own. With a person's token that would be a
 * review by a person, and we would work through what we said ourselves.
 */
async function isOurAnswer(
  octokit: Octokit,
  place: Place,
  number: number,
  review: Answer,
  us: Us,
  remembered: Remembered,
): Promise<boolean> {
  if (us.appId !== null || review.state !== "COMMENTED" || review.body !== "") return false;
  if (review.user?.login !== (await us.login())) return false;
  const asked = { ...place, pull_number: number, review_id: review.id, per_page: pageSize };
  const data = await remembered.read(`comments of review ${JSON.stringify(asked)}`, (headers) =>
    octokit.rest.pulls.listCommentsForReview({ ...asked, headers }),
  );
  return data.length > 0 && data.every(({ body }) => hasMarker(body));
}

/** Every comment on the lines of a pull request, the oldest first. */
export async function reviewComments(octokit: Octokit, place: Place, number: number): Promise<ReviewComment[]> {
  const found: ReviewComment[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await octokit.rest.pulls.listReviewComments({
      ...place,
      pull_number: number,
      per_page: pageSize,
      page,
    });
    for (const comment of data) {
      found.push({
        id: comment.id,
        review: comment.pull_request_review_id,
        inReplyTo: comment.in_reply_to_id ?? null,
        author: comment.user?.login ?? "ghost",
        path: comment.path,
        line: comment.line ?? comment.original_line ?? null,
        startLine: comment.start_line ?? comment.original_start_line ?? null,
        hunk: comment.diff_hunk,
        body: comment.body,
      });
    }
    if (data.length < pageSize) break;
  }
  return found;
}

export async function replyInThread(
  octokit: Octokit,
  place: Place,
  number: number,
  comment: number,
  body: string,
): Promise<void> {
  await octokit.rest.pulls.createReplyForReviewComment({ ...place, pull_number: number, comment_id: comment, body });
}

/** Asks a person for another review. Whoever may not be asked, or is gone, is not. */
export async function askForReview(octokit: Octokit, place: Place, number: number, login: string): Promise<void> {
  try {
    await octokit.rest.pulls.requestReviewers({ ...place, pull_number: number, reviewers: [login] });
  } catch (error) {
    if (!isRefusal(error, 404, 422)) throw error;
  }
}

type Threads = {
  repository: {
    pullRequest: {
      reviewThreads: { nodes: { id: string; isResolved: boolean; comments: { nodes: { databaseId: number }[] } }[] };
    } | null;
  } | null;
};

/** Resolves the threads that begin with these comments; only GraphQL can. Those that are resolved are left so. */
export async function resolveThreads(
  octokit: Octokit,
  place: Place,
  number: number,
  comments: readonly number[],
): Promise<void> {
  const found = await octokit.graphql<Threads>(
    `query threads($owner: String!, $name: String!, $number: Int!) {
      repository(owner: $owner, name: $name) {
        pullRequest(number: $number) {
          reviewThreads(last: 100) { nodes { id isResolved comments(first: 1) { nodes { databaseId } } } }
        }
      }
    }`,
    { owner: place.owner, name: place.repo, number },
  );
  for (const thread of found.repository?.pullRequest?.reviewThreads.nodes ?? []) {
    const first = thread.comments.nodes[0]?.databaseId;
    if (thread.isResolved || first === undefined || !comments.includes(first)) continue;
    await octokit.graphql(
      `mutation resolve($id: ID!) {
        resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
      }`,
      { id: thread.id },
    );
  }
}
