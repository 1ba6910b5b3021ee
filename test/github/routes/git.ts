import { afterPush } from "../acts/refs.ts";
import { changes, commit, log, mergeBase } from "../git/history.ts";
import { list, readEntry } from "../git/tree.ts";
import { renderCommit, renderFile, renderFullCommit, renderGitCommit, renderRef } from "../render/commits.ts";
import { renderDirectory, renderFileContent } from "../render/contents.ts";
import { renderPullSimple } from "../render/pulls.ts";
import { repositoryApi, repositoryPage } from "../render/repositories.ts";
import { isPull } from "../state/nouns.ts";
import { GitHubProblem, invalid, notFound } from "../state/problem.ts";
import { page } from "./page.ts";
import {
  type Answer,
  get,
  noContent,
  ok,
  type Question,
  type Route,
  readContents,
  readPull,
  repositoryOf,
  sender,
  write,
  writeContents,
} from "./route.ts";

const at = "/repos/{owner}/{repo}";

async function resolved(question: Question, name: string): Promise<string> {
  const sha = await repositoryOf(question).git.resolve(name);
  if (!sha) throw new GitHubProblem(422, `No commit found for SHA: ${name}`);
  return sha;
}

async function contents(question: Question): Promise<Answer> {
  const repository = repositoryOf(question);
  const wanted = question.query.get("ref") ?? repository.defaultBranch;
  const path = (question.params.path ?? "").replace(/^\/+|\/+$/g, "");
  const sha = await repository.git.resolve(wanted);
  if (!sha) throw new GitHubProblem(404, `No commit found for the ref ${wanted}`);
  if (path === "") {
    const entries = await list(repository.git, sha, "");
    return ok(renderDirectory(question.world, repository, wanted, entries));
  }
  const entry = await readEntry(repository.git, sha, path);
  if (!entry) throw notFound();
  if (entry.kind === "directory") {
    return ok(renderDirectory(question.world, repository, wanted, await list(repository.git, sha, `${path}/`)));
  }
  if ((question.headers.accept ?? "").includes("raw")) {
    return {
      status: 200,
      body: entry.content,
      headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" },
    };
  }
  return ok(renderFileContent(question.world, repository, wanted, entry));
}

async function compare(question: Question): Promise<Answer> {
  const repository = repositoryOf(question);
  const { git } = repository;
  const [baseName = "", headName = ""] = (question.params.basehead ?? "").split("...");
  const base = await git.resolve(baseName);
  const head = await git.resolve(headName);
  const merge = base && head ? await mergeBase(git, base, head) : null;
  if (!base || !head || !merge) throw notFound();
  const [ahead, behind, files] = [
    await log(git, [`${base}..${head}`]),
    Number(await git.run(["rev-list", "--count", `${head}..${base}`])),
    await changes(git, merge, head),
  ];
  const baseCommit = await commit(git, base);
  const mergeBaseCommit = await commit(git, merge);
  if (!baseCommit || !mergeBaseCommit) throw notFound();
  const status = ahead.length === 0 ? (behind === 0 ? "identical" : "behind") : behind === 0 ? "ahead" : "diverged";
  const ends = `${question.params.basehead}`;
  const html = `${repositoryPage(question.world.links, repository)}/compare/${ends}`;
  return ok({
    url: `${repositoryApi(question.world.links, repository)}/compare/${ends}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: renderCommit(question.world, repository, baseCommit),
    merge_base_commit: renderCommit(question.world, repository, mergeBaseCommit),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: ahead.toReversed().map((one) => renderCommit(question.world, repository, one)),
    files: files.map((file) => renderFile(question.world, repository, head, file)),
  });
}

function branchBody(question: Question, name: string, sha: string) {
  const api = repositoryApi(question.world.links, repositoryOf(question));
  return {
    name,
    commit: { sha, url: `${api}/commits/${sha}` },
    protected: false,
    protection: { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
    protection_url: `${api}/branches/${encodeURIComponent(name)}/protection`,
  };
}

async function createRef(question: Question): Promise<Answer> {
  const repository = repositoryOf(question);
  const ref = String(question.body.ref);
  const sha = String(question.body.sha);
  if (!/^refs\/[^/]+\/.+/.test(ref))
    throw new GitHubProblem(422, "Reference name must start with 'refs/' and have at least two slashes.");
  if ((await repository.git.attempt(["check-ref-format", ref])).code !== 0) {
    throw new GitHubProblem(422, "Reference name contains invalid characters");
  }
  if ((await repository.git.refs(ref)).has(ref)) throw new GitHubProblem(422, "Reference already exists");
  if ((await repository.git.resolve(sha)) !== sha) throw new GitHubProblem(422, "Object does not exist");
  if (!(await repository.git.updateRef(ref, sha, "0".repeat(40))))
    throw new GitHubProblem(422, "Reference already exists");
  await afterPush(question.world, repository, sender(question), [{ ref, before: null, after: sha }]);
  return ok(renderRef(question.world, repository, ref, sha), 201);
}

async function refNow(question: Question): Promise<{ ref: string; sha: string }> {
  const ref = `refs/${question.params.ref}`;
  const sha = (await repositoryOf(question).git.refs(ref)).get(ref);
  if (!sha) throw question.params.ref ? new GitHubProblem(404, "Not Found") : invalid("Reference", "ref", "missing");
  return { ref, sha };
}

async function updateRef(question: Question): Promise<Answer> {
  const repository = repositoryOf(question);
  const current = await refNow(question).catch(() => {
    throw new GitHubProblem(422, "Reference does not exist");
  });
  const sha = String(question.body.sha);
  if ((await repository.git.resolve(sha)) !== sha) throw new GitHubProblem(422, "Object does not exist");
  if (question.body.force !== true && !(await repository.git.isAncestor(current.sha, sha))) {
    throw new GitHubProblem(422, "Update is not a fast forward");
  }
  await repository.git.updateRef(current.ref, sha, current.sha);
  const moved = [{ ref: current.ref, before: current.sha, after: sha }];
  if (sha !== current.sha) await afterPush(question.world, repository, sender(question), moved);
  return ok(renderRef(question.world, repository, current.ref, sha));
}

async function deleteRef(question: Question): Promise<Answer> {
  const repository = repositoryOf(question);
  const current = await refNow(question).catch(() => {
    throw new GitHubProblem(422, "Reference does not exist");
  });
  await repository.git.updateRef(current.ref, null, current.sha);
  await afterPush(question.world, repository, sender(question), [
    { ref: current.ref, before: current.sha, after: null },
  ]);
  return noContent;
}

export const gitRoutes: Route[] = [
  get(`${at}/contents/{path}`, readContents, contents),
  get(`${at}/branches`, readContents, async (question) => {
    const all = [...(await repositoryOf(question).git.refs("refs/heads"))];
    return page(question, all, ([ref, sha]) => {
      const { protection_url: _url, protection: _protection, ...short } = branchBody(question, ref.slice(11), sha);
      return short;
    });
  }),
  get(`${at}/branches/{branch}`, readContents, async (question) => {
    const repository = repositoryOf(question);
    const name = question.params.branch ?? "";
    const sha = (await repository.git.refs(`refs/heads/${name}`)).get(`refs/heads/${name}`);
    const tip = sha ? await commit(repository.git, sha) : null;
    if (!tip) throw new GitHubProblem(404, "Branch not found");
    const api = repositoryApi(question.world.links, repository);
    return ok({
      ...branchBody(question, name, tip.sha),
      commit: renderCommit(question.world, repository, tip),
      _links: {
        self: `${api}/branches/${encodeURIComponent(name)}`,
        html: `${repositoryPage(question.world.links, repository)}/tree/${name}`,
      },
    });
  }),
  get(`${at}/git/ref/{ref}`, readContents, async (question) => {
    const { ref, sha } = await refNow(question);
    return ok(renderRef(question.world, repositoryOf(question), ref, sha));
  }),
  get(`${at}/git/matching-refs/{ref}`, readContents, async (question) => {
    const repository = repositoryOf(question);
    const prefix = `refs/${question.params.ref}`;
    const all = [...(await repository.git.refs())].filter(([ref]) => ref.startsWith(prefix));
    return ok(all.map(([ref, sha]) => renderRef(question.world, repository, ref, sha)));
  }),
  write("POST", `${at}/git/refs`, writeContents, createRef),
  write("PATCH", `${at}/git/refs/{ref}`, writeContents, updateRef),
  write("DELETE", `${at}/git/refs/{ref}`, writeContents, deleteRef),
  get(`${at}/git/commits/{commit_sha}`, readContents, async (question) => {
    const found = await commit(repositoryOf(question).git, await resolved(question, question.params.commit_sha ?? ""));
    if (!found) throw notFound();
    return ok(renderGitCommit(question.world, repositoryOf(question), found));
  }),
  get(`${at}/commits`, readContents, async (question) => {
    const repository = repositoryOf(question);
    const start = await repository.git.resolve(question.query.get("sha") ?? repository.defaultBranch);
    if (!start) throw notFound();
    const path = question.query.get("path");
    const all =
      path === null ? await log(repository.git, [start]) : await log(repository.git, [start, "--full-history"], 250);
    return page(question, all, (one) => renderCommit(question.world, repository, one));
  }),
  get(`${at}/commits/{ref}`, readContents, async (question) => {
    const repository = repositoryOf(question);
    const found = await commit(repository.git, await resolved(question, question.params.ref ?? ""));
    if (!found) throw notFound();
    const files = await changes(repository.git, found.parents[0] ?? null, found.sha);
    return ok(renderFullCommit(question.world, repository, found, files));
  }),
  get(`${at}/commits/{commit_sha}/pulls`, readPull, async (question) => {
    const repository = repositoryOf(question);
    const sha = await resolved(question, question.params.commit_sha ?? "");
    const pulls = [];
    for (const issue of [...repository.issues.values()].filter(isPull)) {
      const among = await repository.git.isAncestor(sha, issue.pull.headSha);
      if (among && !(await repository.git.isAncestor(sha, issue.pull.baseSha))) pulls.push(issue);
    }
    return page(question, pulls, (one) => renderPullSimple(question.world, repository, one));
  }),
  get(`${at}/compare/{basehead}`, readContents, compare),
];
