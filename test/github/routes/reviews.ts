import { checkBody } from "../acts/issues.ts";
import {
  addReviewComment,
  type NewReviewComment,
  replyToReviewComment,
  setReviewers,
  submitReview,
  tellReview,
  tellReviewComment,
} from "../acts/reviews.ts";
import { renderPullSimple, renderReview, renderReviewComment } from "../render/pulls.ts";
import { renderUser } from "../render/users.ts";
import { isPull, type PullIssue, type Review, type ReviewComment, type User } from "../state/nouns.ts";
import { notFound } from "../state/problem.ts";
import { reactionRoutes } from "./comments.ts";
import { page } from "./page.ts";
import {
  get,
  noContent,
  ok,
  pullOf,
  type Question,
  type Route,
  readPull,
  repositoryOf,
  sender,
  text,
  texts,
  write,
  writePull,
} from "./route.ts";

const pulls = "/repos/{owner}/{repo}/pulls";
const one = `${pulls}/{pull_number}`;
const comment = `${pulls}/comments/{comment_id}`;

function reviewOf(question: Question): Review {
  const review = pullOf(question).pull.reviews.find(({ id }) => id === Number(question.params.review_id));
  if (!review) throw notFound();
  return review;
}

function commentOf(question: Question): { issue: PullIssue; comment: ReviewComment } {
  for (const issue of [...repositoryOf(question).issues.values()].filter(isPull)) {
    const found = issue.pull.reviewComments.find(({ id }) => id === Number(question.params.comment_id));
    if (found) return { issue, comment: found };
  }
  throw notFound();
}

function newComment(body: Record<string, unknown>): NewReviewComment {
  return {
    path: String(body.path),
    body: String(body.body),
    line: typeof body.line === "number" ? body.line : undefined,
    startLine: typeof body.start_line === "number" ? body.start_line : undefined,
    side: body.side === "LEFT" ? "LEFT" : "RIGHT",
  };
}

function answerReview(question: Question, review: Review) {
  return ok(renderReview(question.world, repositoryOf(question), pullOf(question), review));
}

function answerComment(question: Question, issue: PullIssue, found: ReviewComment, status = 200) {
  return ok(renderReviewComment(question.world, repositoryOf(question), issue, found), status);
}

function listComments(question: Question, issue: PullIssue, comments: ReviewComment[]) {
  const since = question.query.get("since");
  const shown = comments.filter((found) => since === null || found.updatedAt >= new Date(since));
  return page(question, shown, (found) => renderReviewComment(question.world, repositoryOf(question), issue, found));
}

function reviewersAsked(question: Question): User[] {
  return texts(question.body.reviewers)
    .map((login) => question.world.user(login))
    .filter((user): user is User => user !== null);
}

export const reviewRoutes: Route[] = [
  get(`${one}/reviews`, readPull, (question) =>
    page(question, pullOf(question).pull.reviews, (review) =>
      renderReview(question.world, repositoryOf(question), pullOf(question), review),
    ),
  ),
  write("POST", `${one}/reviews`, writePull, async (question) => {
    const { body } = question;
    const comments = Array.isArray(body.comments) ? (body.comments as Record<string, unknown>[]) : [];
    const review = await submitReview(question.world, repositoryOf(question), pullOf(question), sender(question), {
      event: text(body.event) ?? "COMMENT",
      body: text(body.body) ?? "",
      comments: comments.map(newComment),
    });
    return answerReview(question, review);
  }),
  get(`${one}/reviews/{review_id}`, readPull, (question) => answerReview(question, reviewOf(question))),
  get(`${one}/reviews/{review_id}/comments`, readPull, (question) => {
    const issue = pullOf(question);
    const { id } = reviewOf(question);
    const own = issue.pull.reviewComments.filter(({ reviewId }) => reviewId === id);
    return page(question, own, (found) => {
      const rendered = renderReviewComment(question.world, repositoryOf(question), issue, found);
      const { start_side: _side, subject_type: _type, start_line: _start, ...legacy } = rendered;
      return legacy;
    });
  }),
  write("PUT", `${one}/reviews/{review_id}/dismissals`, writePull, (question) => {
    const review = reviewOf(question);
    review.state = "DISMISSED";
    tellReview(question.world, repositoryOf(question), pullOf(question), review, sender(question), "dismissed");
    return answerReview(question, review);
  }),
  get(`${one}/comments`, readPull, (question) => {
    const issue = pullOf(question);
    return listComments(question, issue, issue.pull.reviewComments);
  }),
  write("POST", `${one}/comments`, writePull, async (question) => {
    const issue = pullOf(question);
    const { world, body } = question;
    const repository = repositoryOf(question);
    const answered = issue.pull.reviewComments.find(({ id }) => id === body.in_reply_to);
    const added = answered
      ? replyToReviewComment(world, repository, issue, sender(question), answered, String(body.body))
      : await addReviewComment(world, repository, issue, sender(question), newComment(body));
    return answerComment(question, issue, added, 201);
  }),
  write("POST", `${one}/comments/{comment_id}/replies`, writePull, (question) => {
    const { issue, comment: answered } = commentOf(question);
    const repository = repositoryOf(question);
    const who = sender(question);
    const added = replyToReviewComment(question.world, repository, issue, who, answered, String(question.body.body));
    return answerComment(question, issue, added, 201);
  }),
  get(comment, readPull, (question) => {
    const { issue, comment: found } = commentOf(question);
    return answerComment(question, issue, found);
  }),
  write("PATCH", comment, writePull, (question) => {
    const { issue, comment: found } = commentOf(question);
    const body = String(question.body.body);
    checkBody("PullRequestReviewComment", body);
    const from = found.body;
    found.body = body;
    found.updatedAt = question.world.now();
    const changes = { changes: { body: { from } } };
    tellReviewComment(question.world, repositoryOf(question), issue, found, sender(question), "edited", changes);
    return answerComment(question, issue, found);
  }),
  write("DELETE", comment, writePull, (question) => {
    const { issue, comment: found } = commentOf(question);
    issue.pull.reviewComments = issue.pull.reviewComments.filter((other) => other !== found);
    tellReviewComment(question.world, repositoryOf(question), issue, found, sender(question), "deleted");
    return noContent;
  }),
  ...reactionRoutes(comment, (question) => commentOf(question).comment),
  get(`${one}/requested_reviewers`, readPull, (question) => {
    const users = pullOf(question).pull.requestedReviewers.map((user) => renderUser(question.world.links, user));
    return ok({ users, teams: [] });
  }),
  write("POST", `${one}/requested_reviewers`, writePull, (question) => {
    const issue = pullOf(question);
    const users = [...new Set([...issue.pull.requestedReviewers, ...reviewersAsked(question)])];
    setReviewers(question.world, repositoryOf(question), issue, sender(question), users);
    return ok(renderPullSimple(question.world, repositoryOf(question), issue), 201);
  }),
  write("DELETE", `${one}/requested_reviewers`, writePull, (question) => {
    const issue = pullOf(question);
    const gone = reviewersAsked(question);
    const users = issue.pull.requestedReviewers.filter((user) => !gone.includes(user));
    setReviewers(question.world, repositoryOf(question), issue, sender(question), users);
    return ok(renderPullSimple(question.world, repositoryOf(question), issue));
  }),
];
