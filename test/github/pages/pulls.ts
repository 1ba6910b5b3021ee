import { changes, log, mergeBase } from "../git/history.ts";
import { fullName, type PullIssue, type Repository } from "../state/nouns.ts";
import { checkRows, checksOf } from "./checks.ts";
import { diff } from "./diff.ts";
import { type Html, html } from "./html.ts";
import { count, current, layout, type Visit, when } from "./layout.ts";
import { commentForm, labelSection, stateBadge, thread } from "./threads.ts";

export type PullTab = "conversation" | "commits" | "checks" | "files";

function mergeBox(visit: Visit, repository: Repository, issue: PullIssue): Html {
  const { pull } = issue;
  const action = `/${fullName(repository)}/pull/${issue.number}`;
  const state = pull.mergedAt
    ? html`<div class="row">Merged ${when(pull.mergedAt)}</div>`
    : issue.state === "closed"
      ? html`<div class="row soft">Closed without merging</div>`
      : html`<div class="row">${pull.stats.mergeable ? "No conflicts with the base branch" : html`<strong class="minus">This branch has conflicts</strong>`}</div>
<div class="row"><form method="post" action="${action}/merge">${pull.draft && html`<button formaction="${action}/ready">Ready for review</button> `}
<button class="go">Merge pull request</button> <span class="soft">as ${visit.viewer}</span></form></div>`;
  return html`<div class="box">${checkRows(repository, pull.headSha)}${state}</div>`;
}

async function commits(repository: Repository, issue: PullIssue): Promise<Html> {
  const all = (await log(repository.git, [`${issue.pull.baseSha}..${issue.pull.headSha}`])).toReversed();
  return html`<div class="box">${all.map(
    (
      one,
    ) => html`<div class="row"><span class="grow"><a class="title" href="/${fullName(repository)}/commit/${one.sha}">${one.message.split("\n")[0] ?? ""}</a><br>
<span class="meta">${one.author.name} · ${when(one.committer.date)}</span></span><code>${one.sha.slice(0, 7)}</code></div>`,
  )}${all.length === 0 && html`<div class="empty">Everything is in the base branch.</div>`}</div>`;
}

export async function pullPage(visit: Visit, repository: Repository, issue: PullIssue, tab: PullTab): Promise<string> {
  const { pull } = issue;
  const href = `/${fullName(repository)}/pull/${issue.number}`;
  let content: Html;
  if (tab === "commits") content = await commits(repository, issue);
  else if (tab === "checks") content = checksOf(visit, repository, issue);
  else if (tab === "files") {
    const from = await mergeBase(repository.git, pull.baseSha, pull.headSha);
    content = diff(await changes(repository.git, from, pull.headSha));
  } else {
    content = html`<div class="split"><div>${thread(repository, issue)}${mergeBox(visit, repository, issue)}${commentForm(repository, issue)}</div>
<aside>${labelSection(visit, repository, issue)}<section><h3>Reviewers</h3>${
      pull.requestedReviewers.map(({ login }) => login).join(", ") || html`<span class="soft">None</span>`
    }</section></aside></div>`;
  }
  const main = html`<h1>${issue.title} <span class="number">#${issue.number}</span></h1>
<p>${stateBadge(issue)} <span class="meta"><strong>${issue.user.login}</strong> wants to merge ${count(pull.stats.commits, "commit")} into <code>${pull.baseRef}</code> from <code>${pull.headRef}</code>
<span class="plus">+${pull.stats.additions}</span> <span class="minus">−${pull.stats.deletions}</span></span></p>
<nav class="tabs"><a href="${href}"${current(tab === "conversation")}>Conversation</a><a href="${href}/commits"${current(tab === "commits")}>Commits</a>
<a href="${href}/checks"${current(tab === "checks")}>Checks</a><a href="${href}/files"${current(tab === "files")}>Files changed</a></nav>${content}`;
  return layout(visit, { title: `${issue.title} · Pull request #${issue.number}`, repository, tab: "pulls", main });
}
