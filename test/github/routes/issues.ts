import { closeIssue, editIssue, reopenIssue, setAssignees } from "../acts/issues.ts";
import { setLabels } from "../acts/labels.ts";
import { openIssue } from "../acts/open-issue.ts";
import { hasRole } from "../auth/actor.ts";
import { renderFullIssue, renderIssue } from "../render/issues.ts";
import type { Issue, User } from "../state/nouns.ts";
import { GitHubProblem } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { page } from "./page.ts";
import {
  get,
  issueOf,
  labelNames,
  need,
  nullableText,
  ok,
  type Question,
  type Route,
  readIssue,
  repositoryOf,
  sender,
  text,
  texts,
  write,
  writeIssue,
} from "./route.ts";

function usersNamed(world: World, logins: readonly string[]): User[] {
  return logins.map((login) => world.user(login)).filter((user): user is User => user !== null);
}

/** Labels and assignees set without push access are silently dropped, as GitHub does. */
function maySort(question: Question): boolean {
  const { actor, world } = question;
  return (
    actor.kind === "installation" ||
    (actor.kind === "user" && hasRole(world.roleOf(repositoryOf(question), actor.user.login), "triage"))
  );
}

function listed(question: Question): Issue[] {
  const { query } = question;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter((name) => name !== "");
  const since = query.get("since");
  const creator = query.get("creator");
  const assignee = query.get("assignee");
  const key = { created: "createdAt", updated: "updatedAt" }[query.get("sort") ?? "created"] ?? "createdAt";
  const sign = query.get("direction") === "asc" ? 1 : -1;
  const moment = (issue: Issue): number => (key === "updatedAt" ? issue.updatedAt : issue.createdAt).getTime();
  return [...repositoryOf(question).issues.values()]
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) =>
      labels.every((name) => issue.labels.some((one) => one.name.toLowerCase() === name.toLowerCase())),
    )
    .filter((issue) => since === null || issue.updatedAt >= new Date(since))
    .filter((issue) => creator === null || issue.user.login.toLowerCase() === creator.toLowerCase())
    .filter((issue) => assignee === null || assignee === "*" || issue.assignees.some((one) => one.login === assignee))
    .toSorted((a, b) => sign * (moment(a) - moment(b) || a.number - b.number));
}

function change(question: Question, issue: Issue): void {
  const { world, body } = question;
  const repository = repositoryOf(question);
  const who = sender(question);
  if (issue.user !== who.user && !maySort(question))
    throw new GitHubProblem(403, "Must have triage rights to Repository.");
  editIssue(world, repository, issue, who, { title: text(body.title), body: nullableText(body.body) });
  if (maySort(question)) {
    if (body.labels !== undefined) setLabels(world, repository, issue, who, labelNames(body.labels));
    if (body.assignees !== undefined) {
      setAssignees(world, repository, issue, who, usersNamed(world, texts(body.assignees)));
    }
  }
  const reason = body.state_reason;
  if (body.state === "closed") {
    const known = reason === "not_planned" || reason === "duplicate" ? reason : "completed";
    closeIssue(world, repository, issue, who, known);
  }
  if (body.state === "open") reopenIssue(world, repository, issue, who);
}

export const issueRoutes: Route[] = [
  get("/repos/{owner}/{repo}/issues", readIssue, (question) =>
    page(question, listed(question), (issue) => renderIssue(question.world, repositoryOf(question), issue)),
  ),
  get("/repos/{owner}/{repo}/issues/{issue_number}", readIssue, (question) =>
    ok(renderFullIssue(question.world, repositoryOf(question), issueOf(question))),
  ),
  write("POST", "/repos/{owner}/{repo}/issues", [need("issues", "write")], (question) => {
    const { world, body } = question;
    const repository = repositoryOf(question);
    const who = sender(question);
    const sorted = maySort(question);
    const issue = openIssue(world, repository, who, {
      title: String(body.title),
      body: text(body.body) ?? null,
      labels: sorted ? labelNames(body.labels) : [],
      assignees: sorted ? usersNamed(world, texts(body.assignees)) : [],
    });
    return ok(renderFullIssue(world, repository, issue), 201);
  }),
  write("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}", writeIssue, (question) => {
    const issue = issueOf(question);
    change(question, issue);
    return ok(renderFullIssue(question.world, repositoryOf(question), issue));
  }),
  write("POST", "/repos/{owner}/{repo}/issues/{issue_number}/assignees", writeIssue, (question) => {
    const issue = issueOf(question);
    const added = usersNamed(question.world, texts(question.body.assignees));
    const users = [...new Set([...issue.assignees, ...added])];
    if (maySort(question)) setAssignees(question.world, repositoryOf(question), issue, sender(question), users);
    return ok(renderIssue(question.world, repositoryOf(question), issue), 201);
  }),
  write("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/assignees", writeIssue, (question) => {
    const issue = issueOf(question);
    const gone = usersNamed(question.world, texts(question.body.assignees));
    const users = issue.assignees.filter((user) => !gone.includes(user));
    if (maySort(question)) setAssignees(question.world, repositoryOf(question), issue, sender(question), users);
    return ok(renderIssue(question.world, repositoryOf(question), issue));
  }),
];
