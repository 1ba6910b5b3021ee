import { changes, type GitCommit, log } from "../git/history.ts";
import { list, readEntry } from "../git/tree.ts";
import { openCounts } from "../render/repositories.ts";
import { fullName, type Repository } from "../state/nouns.ts";
import { checkDots, checkRows } from "./checks.ts";
import { diff } from "./diff.ts";
import { type Html, html } from "./html.ts";
import { count, layout, type Visit, when } from "./layout.ts";
import { markdown } from "./markdown.ts";

/** Every repository, the door to everything. */
export function homePage(visit: Visit, owner: string | null): string {
  const all = [...visit.world.repositories.values()].filter((one) => owner === null || one.owner.login === owner);
  const main = html`<h1>${owner ?? "Repositories"}</h1><p class="soft">A stand-in for GitHub: real git, real webhooks, nothing leaves this machine.</p>
<div class="box">${all.map((repository) => {
    const { issues, pulls } = openCounts(repository);
    return html`<div class="row"><span class="grow"><a class="title" href="/${fullName(repository)}">${fullName(repository)}</a><br>
<span class="meta">${repository.description ?? ""}</span></span><a href="/${fullName(repository)}/issues">${count(issues, "issue")}</a> <a href="/${fullName(repository)}/pulls">${count(pulls, "pull request")}</a></div>`;
  })}${all.length === 0 && html`<div class="empty">No repositories yet.</div>`}</div>`;
  return layout(visit, { title: "GitHub stand-in", repository: null, tab: null, main });
}

function commitRow(repository: Repository, commit: GitCommit): Html {
  return html`<div class="row"><span class="grow"><a class="title" href="/${fullName(repository)}/commit/${commit.sha}">${commit.message.split("\n")[0] ?? ""}</a><br>
<span class="meta">${commit.author.name} · ${when(commit.committer.date)}</span></span>${checkDots(repository, commit.sha)}<code>${commit.sha.slice(0, 7)}</code></div>`;
}

/** A repository's files, branches, newest commits and README. */
export async function repositoryPage(visit: Visit, repository: Repository): Promise<string> {
  const wanted = visit.query.get("ref") ?? repository.defaultBranch;
  const sha = await repository.git.resolve(wanted);
  const name = fullName(repository);
  const entries = sha ? await list(repository.git, sha, "") : [];
  const readme = sha ? await readEntry(repository.git, sha, "README.md") : null;
  const branches = [...(await repository.git.refs("refs/heads")).keys()].map((ref) => ref.slice("refs/heads/".length));
  const commits = sha ? await log(repository.git, [sha], 10) : [];
  const main = html`<h1>${name}</h1><p class="soft">${repository.description ?? ""}</p>
<p>Branches: ${branches.map((branch) => html`<a href="/${name}?ref=${encodeURIComponent(branch)}"><code>${branch}</code></a> `)}</p>
<div class="box"><div class="head"><strong>${wanted}</strong></div>${entries.map((entry) =>
    entry.kind === "directory"
      ? html`<div class="row">📁 <a href="/${name}/blob/${sha ?? ""}/${entry.path}">${entry.path}/</a></div>`
      : html`<div class="row">📄 <a href="/${name}/blob/${sha ?? ""}/${entry.path}">${entry.path}</a></div>`,
  )}</div>
<h2>Commits</h2><div class="box">${commits.map((commit) => commitRow(repository, commit))}</div>
${readme && "content" in readme && html`<div class="box"><div class="head"><strong>README.md</strong></div><div class="pad markdown">${markdown(readme.content.toString(), { repository: name })}</div></div>`}`;
  return layout(visit, { title: name, repository, tab: "code", main });
}

/** A file's text or a folder's entries at a commit; null when there is none. */
export async function blobPage(
  visit: Visit,
  repository: Repository,
  sha: string,
  path: string,
): Promise<string | null> {
  const entry = (await repository.git.resolve(sha)) ? await readEntry(repository.git, sha, path) : null;
  if (!entry) return null;
  const name = fullName(repository);
  const inner =
    "content" in entry
      ? html`<div class="diff pad">${entry.content.toString()}</div>`
      : html`${(await list(repository.git, sha, `${path}/`)).map((one) => html`<div class="row"><a href="/${name}/blob/${sha}/${one.path}">${one.path}</a></div>`)}`;
  const main = html`<h1 class="mono">${path}</h1><div class="box">${inner}</div>`;
  return layout(visit, { title: `${path} · ${name}`, repository, tab: "code", main });
}

export async function commitPage(visit: Visit, repository: Repository, name: string): Promise<string | null> {
  const sha = await repository.git.resolve(name);
  const [commit] = sha ? await log(repository.git, [sha], 1) : [];
  if (!commit) return null;
  const [subject = "", ...rest] = commit.message.split("\n");
  const files = await changes(repository.git, commit.parents[0] ?? null, commit.sha);
  const main = html`<h1>${subject}</h1><p class="meta">${commit.author.name} &lt;${commit.author.email}&gt; · ${when(commit.author.date)} · <code>${commit.sha}</code></p>
${rest.length > 0 && html`<pre>${rest.join("\n").trim()}</pre>`}<div class="box">${checkRows(repository, commit.sha)}</div>${diff(files)}`;
  return layout(visit, { title: `${subject} · ${fullName(repository)}`, repository, tab: "code", main });
}
