import { addLabels, createLabel, removeLabel, setLabels, tellLabel } from "../acts/labels.ts";
import { renderLabel } from "../render/repositories.ts";
import type { Issue, Label } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import { page } from "./page.ts";
import {
  forRole,
  get,
  issueOf,
  labelNames,
  need,
  noContent,
  nullableText,
  ok,
  type Question,
  type Route,
  readIssue,
  repositoryOf,
  sender,
  text,
  write,
  writeIssue,
} from "./route.ts";

const onIssue = "/repos/{owner}/{repo}/issues/{issue_number}/labels";
const onRepository = "/repos/{owner}/{repo}/labels";

function labelOf(question: Question): Label {
  const label = repositoryOf(question).labels.get((question.params.name ?? "").toLowerCase());
  if (!label) throw notFound();
  return label;
}

function answerLabels(question: Question, issue: Issue) {
  const repository = repositoryOf(question);
  return ok(issue.labels.map((label) => renderLabel(question.world.links, repository, label)));
}

/** The names in a body that may be `{ labels: […] }` or a bare list. */
function asked(question: Question): string[] {
  return labelNames(Array.isArray(question.body) ? question.body : question.body.labels);
}

const all: Route[] = [
  get(onIssue, readIssue, (question) => {
    const repository = repositoryOf(question);
    return page(question, issueOf(question).labels, (label) => renderLabel(question.world.links, repository, label));
  }),
  write("POST", onIssue, writeIssue, (question) => {
    const issue = issueOf(question);
    addLabels(question.world, repositoryOf(question), issue, sender(question), asked(question));
    return answerLabels(question, issue);
  }),
  write("PUT", onIssue, writeIssue, (question) => {
    const issue = issueOf(question);
    setLabels(question.world, repositoryOf(question), issue, sender(question), asked(question));
    return answerLabels(question, issue);
  }),
  write("DELETE", onIssue, writeIssue, (question) => {
    setLabels(question.world, repositoryOf(question), issueOf(question), sender(question), []);
    return noContent;
  }),
  write("DELETE", `${onIssue}/{name}`, writeIssue, (question) => {
    const issue = issueOf(question);
    const name = question.params.name ?? "";
    if (!removeLabel(question.world, repositoryOf(question), issue, sender(question), name)) {
      throw new GitHubProblem(404, "Label does not exist");
    }
    return answerLabels(question, issue);
  }),
  get(onRepository, readIssue, (question) => {
    const repository = repositoryOf(question);
    const all = [...repository.labels.values()];
    return page(question, all, (label) => renderLabel(question.world.links, repository, label));
  }),
  get(`${onRepository}/{name}`, readIssue, (question) =>
    ok(renderLabel(question.world.links, repositoryOf(question), labelOf(question))),
  ),
  write("POST", onRepository, [need("issues", "write")], (question) => {
    const { body } = question;
    const color = text(body.color);
    const label = createLabel(question.world, repositoryOf(question), sender(question), {
      name: String(body.name),
      ...(color === undefined ? {} : { color }),
      description: text(body.description) ?? null,
    });
    return ok(renderLabel(question.world.links, repositoryOf(question), label), 201);
  }),
  write("PATCH", `${onRepository}/{name}`, [need("issues", "write")], (question) => {
    const label = labelOf(question);
    const repository = repositoryOf(question);
    const name = text(question.body.new_name) ?? label.name;
    repository.labels.delete(label.name.toLowerCase());
    label.name = name;
    label.color = text(question.body.color) ?? label.color;
    label.description = nullableText(question.body.description) ?? label.description;
    repository.labels.set(name.toLowerCase(), label);
    tellLabel(question.world, repository, sender(question), "edited", label);
    return ok(renderLabel(question.world.links, repository, label));
  }),
  write("DELETE", `${onRepository}/{name}`, [need("issues", "write")], (question) => {
    const label = labelOf(question);
    const repository = repositoryOf(question);
    repository.labels.delete(label.name.toLowerCase());
    for (const issue of repository.issues.values()) issue.labels = issue.labels.filter((one) => one !== label);
    tellLabel(question.world, repository, sender(question), "deleted", label);
    return noContent;
  }),
];

export const labelRoutes: Route[] = [
  ...all.filter(({ method }) => method === "GET"),
  ...forRole(
    "triage",
    all.filter(({ method }) => method !== "GET"),
  ),
];
