import { checkTitle, closeIssue, editIssue, reopenIssue } from "../acts/issues.ts";
import { mergePull, openPull, setBase } from "../acts/pulls.ts";
import { changes, log, mergeBase } from "../git/history.ts";
import type { MergeMethod } from "../git/merge.ts";
import { renderCommit, renderFile } from "../render/commits.ts";
import { renderPull, renderPullSimple } from "../render/pulls.ts";
import { isPull, type PullIssue } from "../state/nouns.ts";
import { invalid, notFound } from "../state/problem.ts";
import { page } from "./page.ts";
import {
  type Answer,
  forRole,
  get,
  noContent,
  nullableText,
  ok,
  pullOf,
  type Question,
  type Route,
  readPull,
  repositoryOf,
  sender,
  text,
  write,
  writeContents,
  writePull,
} from "./route.ts";

const all = "/repos/{owner}/{repo}/pulls";
const one = `${all}/{pull_number}`;

function listed(question: Question): PullIssue[] {
  const { query } = question;
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  const sign = query.get("direction") === "asc" ? 1 : -1;
  const repository = repositoryOf(question);
  return [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => head === null || head === `${repository.owner.login}:${issue.pull.headRef}`)
    .filter((issue) => base === null || base === issue.pull.baseRef)
    .toSorted((a, b) => sign * (a.number - b.number));
}

async function create(question: Question): Promise<Answer> {
  const { world, body } = question;
  if (text(body.title) === undefined) throw invalid("PullRequest", "title", "missing_field");
  const issue = await openPull(world, repositoryOf(question), sender(question), {
    title: String(body.title),
    body: text(body.body) ?? null,
    head: String(body.head),
    base: String(body.base),
    draft: body.draft === true,
  });
  return ok(renderPull(world, repositoryOf(question), issue), 201);
}

async function update(question: Question): Promise<Answer> {
  const { world, body } = question;
  const repository = repositoryOf(question);
  const issue = pullOf(question);
  const who = sender(question);
  const title = text(body.title);
  if (title !== undefined) checkTitle("PullRequest", title);
  editIssue(world, repository, issue, who, { title, body: nullableText(body.body) });
  const base = text(body.base);
  if (base !== undefined) await setBase(world, repository, issue, who, base);
  if (body.state === "closed") closeIssue(world, repository, issue, who);
  if (body.state === "open") reopenIssue(world, repository, issue, who);
  return ok(renderPull(world, repository, issue));
}

async function merge(question: Question): Promise<Answer> {
  const { body } = question;
  const method = (text(body.merge_method) ?? "merge") as MergeMethod;
  const sha = await mergePull(question.world, repositoryOf(question), pullOf(question), sender(question), {
    method,
    sha: text(body.sha),
    title: text(body.commit_title),
    message: text(body.commit_message),
  });
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

export const pullRoutes: Route[] = [
  get(all, readPull, (question) =>
    page(question, listed(question), (issue) => renderPullSimple(question.world, repositoryOf(question), issue)),
  ),
  ...forRole("write", [write("POST", all, writePull, create), write("PATCH", one, writePull, update)]),
  get(one, readPull, async (question) => {
    const issue = pullOf(question);
    const { git } = repositoryOf(question);
    if ((question.headers.accept ?? "").includes("diff")) {
      const from = await mergeBase(git, issue.pull.baseSha, issue.pull.headSha);
      const diff = await git.run(["diff", from ?? issue.pull.baseSha, issue.pull.headSha]);
      const headers = { "content-type": "application/vnd.github.diff; charset=utf-8" };
      return { status: 200, body: Buffer.from(diff), headers };
    }
    const rendered = renderPull(question.world, repositoryOf(question), issue);
    if (question.world.mergeableUnknown === 0) return ok(rendered);
    question.world.mergeableUnknown -= 1;
    return ok({ ...rendered, mergeable: null, rebaseable: null, mergeable_state: "unknown" });
  }),
  get(`${one}/files`, readPull, async (question) => {
    const { pull } = pullOf(question);
    const repository = repositoryOf(question);
    const from = await mergeBase(repository.git, pull.baseSha, pull.headSha);
    const files = await changes(repository.git, from, pull.headSha);
    return page(question, files, (file) => renderFile(question.world, repository, pull.headSha, file));
  }),
  get(`${one}/commits`, readPull, async (question) => {
    const { pull } = pullOf(question);
    const repository = repositoryOf(question);
    const commits = (await log(repository.git, [`${pull.baseSha}..${pull.headSha}`])).toReversed();
    return page(question, commits, (commit) => renderCommit(question.world, repository, commit));
  }),
  get(`${one}/merge`, readPull, (question) => {
    if (pullOf(question).pull.mergedAt === null) throw notFound();
    return noContent;
  }),
  write("PUT", `${one}/merge`, writeContents, merge),
];
