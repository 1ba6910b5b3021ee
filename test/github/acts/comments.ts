import { renderComment, renderIssue } from "../render/issues.ts";
import type { Json } from "../render/json.ts";
import type { Comment, Issue, Reaction, Repository, Sender } from "../state/nouns.ts";
import { GitHubProblem, invalid } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { checkBody } from "./issues.ts";

function tell(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  sender: Sender,
  action: string,
  more: Json = {},
): void {
  const parts = {
    issue: renderIssue(world, repository, issue),
    comment: renderComment(world, repository, issue, comment),
    ...more,
  };
  world.happen({ repository, event: "issue_comment", action, sender, parts });
}

export function addComment(world: World, repository: Repository, issue: Issue, sender: Sender, body: string): Comment {
  if (body.trim() === "") throw invalid("IssueComment", "body", "missing_field");
  checkBody("IssueComment", body);
  if (issue.locked) throw new GitHubProblem(403, "Unable to create comment because issue is locked.");
  const now = world.now();
  const comment: Comment = {
    id: world.ids.next("comment"),
    body,
    user: sender.user,
    byApp: sender.byApp,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = now;
  tell(world, repository, issue, comment, sender, "created");
  return comment;
}

export function editComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  sender: Sender,
  body: string,
): void {
  if (body.trim() === "") throw invalid("IssueComment", "body", "missing_field");
  checkBody("IssueComment", body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  tell(world, repository, issue, comment, sender, "edited", { changes: { body: { from } } });
}

export function deleteComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  sender: Sender,
): void {
  issue.comments = issue.comments.filter((one) => one !== comment);
  tell(world, repository, issue, comment, sender, "deleted");
}

/** Adds a reaction, or answers the one that this account already gave (`isNew` false). No webhook tells of it. */
export function react(
  world: World,
  target: { reactions: Reaction[] },
  sender: Sender,
  content: string,
): { reaction: Reaction; isNew: boolean } {
  const known = target.reactions.find((one) => one.user === sender.user && one.content === content);
  if (known) return { reaction: known, isNew: false };
  const reaction: Reaction = { id: world.ids.next("reaction"), user: sender.user, content, createdAt: world.now() };
  target.reactions.push(reaction);
  world.happenings.emit("changed");
  return { reaction, isNew: true };
}

export function findComment(repository: Repository, id: number): { issue: Issue; comment: Comment } | null {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment) return { issue, comment };
  }
  return null;
}
