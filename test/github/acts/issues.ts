import { renderIssue } from "../render/issues.ts";
import type { Json } from "../render/json.ts";
import { renderPull } from "../render/pulls.ts";
import { renderUser } from "../render/users.ts";
import type { Issue, Repository, Sender, TimelineEvent, User } from "../state/nouns.ts";
import { isPull } from "../state/nouns.ts";
import { invalid } from "../state/problem.ts";
import type { World } from "../state/world.ts";

/** GitHub's limit for titles and bodies, as its error messages give it. */
const longestTitle = 256;
const longestBody = 65_536;

/** Writes a line into the issue's own history. */
export function note(
  world: World,
  issue: Issue,
  sender: Sender,
  event: string,
  more: Omit<TimelineEvent, "id" | "event" | "actor" | "createdAt"> = {},
): void {
  const createdAt = world.now();
  issue.timeline.push({ id: world.ids.next("event"), event, actor: sender.user, createdAt, ...more });
  issue.updatedAt = createdAt;
}

/** Tells of a change to an issue or pull request under the event that GitHub sends for it. */
export function tellIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  sender: Sender,
  action: string,
  more: Json = {},
): void {
  const parts = isPull(issue)
    ? { number: issue.number, pull_request: renderPull(world, repository, issue), ...more }
    : { issue: renderIssue(world, repository, issue), ...more };
  world.happen({ repository, event: isPull(issue) ? "pull_request" : "issues", action, sender, parts });
}

export function checkTitle(resource: string, title: string): void {
  if (title.trim() === "") throw invalid(resource, "title", "missing_field");
  if (title.length > longestTitle) {
    throw invalid(resource, "title", "custom", `title is too long (maximum is ${longestTitle} characters)`);
  }
}

export function checkBody(resource: string, body: string | null): void {
  if (body !== null && [...body].length > longestBody) {
    throw invalid(resource, "body", "custom", `body is too long (maximum is ${longestBody} characters)`);
  }
}

/** A new issue without its place in the repository; pull requests start from it too. */
export function newIssue(
  world: World,
  repository: Repository,
  sender: Sender,
  given: { title: string; body: string | null },
): Issue {
  const now = world.now();
  return {
    id: world.ids.next("issue"),
    number: repository.issues.size + 1,
    title: given.title,
    body: given.body,
    user: sender.user,
    byApp: sender.byApp,
    state: "open",
    stateReason: null,
    labels: [],
    assignees: [],
    comments: [],
    reactions: [],
    timeline: [],
    locked: false,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    blockedBy: [],
    children: [],
    pull: null,
  };
}

/** Changes title or body; tells only when something changed, with what was there before. */
export function editIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  sender: Sender,
  change: { title?: string | undefined; body?: string | null | undefined },
): void {
  const resource = isPull(issue) ? "PullRequest" : "Issue";
  const before: Json = {};
  if (change.title !== undefined && change.title !== issue.title) {
    checkTitle(resource, change.title);
    before.title = { from: issue.title };
    note(world, issue, sender, "renamed", { rename: { from: issue.title, to: change.title } });
    issue.title = change.title;
  }
  if (change.body !== undefined && change.body !== issue.body) {
    checkBody(resource, change.body);
    before.body = { from: issue.body ?? "" };
    issue.body = change.body;
    issue.bodyEditedAt = world.now();
  }
  if (Object.keys(before).length === 0) return;
  issue.updatedAt = world.now();
  tellIssue(world, repository, issue, sender, "edited", { changes: before });
}

/** Closes; a closed one stays as it is. `commitId` is the merge that closed it, where one did. */
export function closeIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  sender: Sender,
  reason: Issue["stateReason"] = "completed",
  commitId?: string,
): void {
  if (issue.state === "closed") return;
  issue.state = "closed";
  issue.stateReason = isPull(issue) ? null : reason;
  issue.closedAt = world.now();
  issue.closedBy = sender.user;
  note(world, issue, sender, "closed", commitId === undefined ? {} : { commitId });
  tellIssue(world, repository, issue, sender, "closed");
}

export function reopenIssue(world: World, repository: Repository, issue: Issue, sender: Sender): void {
  if (issue.state === "open") return;
  if (issue.pull?.mergedAt) throw invalid("PullRequest", "state", "custom", "A merged pull request cannot be reopened");
  issue.state = "open";
  issue.stateReason = isPull(issue) ? null : "reopened";
  issue.closedAt = null;
  issue.closedBy = null;
  note(world, issue, sender, "reopened");
  tellIssue(world, repository, issue, sender, "reopened");
}

/** Makes the assignees exactly these; unknown people are left out, as GitHub does. */
export function setAssignees(
  world: World,
  repository: Repository,
  issue: Issue,
  sender: Sender,
  users: readonly User[],
): void {
  for (const user of issue.assignees.filter((one) => !users.includes(one))) {
    issue.assignees = issue.assignees.filter((one) => one !== user);
    note(world, issue, sender, "unassigned", { assignee: user });
    tellIssue(world, repository, issue, sender, "unassigned", { assignee: renderUser(world.links, user) });
  }
  for (const user of users.filter((one) => !issue.assignees.includes(one))) {
    issue.assignees.push(user);
    note(world, issue, sender, "assigned", { assignee: user });
    tellIssue(world, repository, issue, sender, "assigned", { assignee: renderUser(world.links, user) });
  }
}
