import { addComment, deleteComment, editComment, findComment, react } from "../acts/comments.ts";
import { hasRole } from "../auth/actor.ts";
import { renderComment, renderEvent, renderReaction } from "../render/issues.ts";
import type { Reaction } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import { page } from "./page.ts";
import {
  get,
  issueOf,
  noContent,
  ok,
  type Question,
  type Route,
  readIssue,
  repositoryOf,
  sender,
  write,
  writeIssue,
} from "./route.ts";

const onIssue = "/repos/{owner}/{repo}/issues/{issue_number}";
const onComment = "/repos/{owner}/{repo}/issues/comments/{comment_id}";

function commentOf(question: Question) {
  const found = findComment(repositoryOf(question), Number(question.params.comment_id));
  if (!found) throw notFound();
  return found;
}

/** People change their own words; other people's take the write role. */
function ownCommentOf(question: Question) {
  const found = commentOf(question);
  const { actor, world } = question;
  const isOwn = actor.kind !== "user" || found.comment.user === actor.user;
  if (!isOwn && !hasRole(world.roleOf(repositoryOf(question), actor.user.login), "write")) {
    throw new GitHubProblem(403, "Must have write rights to Repository.");
  }
  return found;
}

/** The three routes of reactions on whatever `targetOf` finds. */
export function reactionRoutes(path: string, targetOf: (question: Question) => { reactions: Reaction[] }): Route[] {
  return [
    get(`${path}/reactions`, readIssue, (question) => {
      const content = question.query.get("content");
      const all = targetOf(question).reactions.filter((one) => content === null || one.content === content);
      return page(question, all, (one) => renderReaction(question.world, one));
    }),
    write("POST", `${path}/reactions`, writeIssue, (question) => {
      const target = targetOf(question);
      const { reaction, isNew } = react(question.world, target, sender(question), String(question.body.content));
      return ok(renderReaction(question.world, reaction), isNew ? 201 : 200);
    }),
    write("DELETE", `${path}/reactions/{reaction_id}`, writeIssue, (question) => {
      const target = targetOf(question);
      const gone = target.reactions.find((one) => one.id === Number(question.params.reaction_id));
      if (!gone) throw notFound();
      target.reactions.splice(target.reactions.indexOf(gone), 1);
      return noContent;
    }),
  ];
}

export const commentRoutes: Route[] = [
  get(`${onIssue}/comments`, readIssue, (question) => {
    const issue = issueOf(question);
    const since = question.query.get("since");
    const all = issue.comments.filter((one) => since === null || one.updatedAt >= new Date(since));
    return page(question, all, (one) => renderComment(question.world, repositoryOf(question), issue, one));
  }),
  get("/repos/{owner}/{repo}/issues/comments", readIssue, (question) => {
    const repository = repositoryOf(question);
    const since = question.query.get("since");
    const key = question.query.get("sort") === "updated" ? "updatedAt" : "createdAt";
    const way = question.query.get("direction") === "desc" ? -1 : 1;
    const all = [...repository.issues.values()]
      .flatMap((issue) => issue.comments.map((comment) => ({ issue, comment })))
      .filter(({ comment }) => since === null || comment.updatedAt >= new Date(since))
      .toSorted((a, b) => way * (a.comment[key].getTime() - b.comment[key].getTime()));
    return page(question, all, ({ issue, comment }) => renderComment(question.world, repository, issue, comment));
  }),
  write("POST", `${onIssue}/comments`, writeIssue, (question) => {
    const repository = repositoryOf(question);
    const issue = issueOf(question);
    const comment = addComment(question.world, repository, issue, sender(question), String(question.body.body));
    return ok(renderComment(question.world, repository, issue, comment), 201);
  }),
  get(onComment, readIssue, (question) => {
    const { issue, comment } = commentOf(question);
    return ok(renderComment(question.world, repositoryOf(question), issue, comment));
  }),
  write("PATCH", onComment, writeIssue, (question) => {
    const { issue, comment } = ownCommentOf(question);
    const repository = repositoryOf(question);
    editComment(question.world, repository, issue, comment, sender(question), String(question.body.body));
    return ok(renderComment(question.world, repository, issue, comment));
  }),
  write("DELETE", onComment, writeIssue, (question) => {
    const { issue, comment } = ownCommentOf(question);
    deleteComment(question.world, repositoryOf(question), issue, comment, sender(question));
    return noContent;
  }),
  ...reactionRoutes(onIssue, issueOf),
  ...reactionRoutes(onComment, (question) => commentOf(question).comment),
  get(`${onIssue}/events`, readIssue, (question) => {
    const repository = repositoryOf(question);
    return page(question, issueOf(question).timeline, (one) => renderEvent(question.world, repository, one));
  }),
  get(`${onIssue}/timeline`, readIssue, (question) => {
    const repository = repositoryOf(question);
    const issue = issueOf(question);
    const rows = [
      ...issue.timeline.map((one) => ({ at: one.createdAt, body: renderEvent(question.world, repository, one) })),
      ...issue.comments.map((one) => ({
        at: one.createdAt,
        body: {
          event: "commented",
          actor: renderComment(question.world, repository, issue, one).user,
          ...renderComment(question.world, repository, issue, one),
        },
      })),
    ].toSorted((a, b) => a.at.getTime() - b.at.getTime());
    return page(question, rows, ({ body }) => body);
  }),
];
