import { fullName, type Issue, isPull, type Repository } from "../state/nouns.ts";
import { checkDots } from "./checks.ts";
import { type Content, type Html, html } from "./html.ts";
import { count, labelChip, layout, type Visit, when } from "./layout.ts";
import { commentForm, labelSection, stateBadge, thread } from "./threads.ts";

function row(repository: Repository, issue: Issue): Html {
  const kind = isPull(issue) ? "pull" : "issues";
  const href = `/${fullName(repository)}/${kind}/${issue.number}`;
  return html`<div class="row"><span class="grow"><a class="title" href="${href}">${issue.title}</a>
${issue.labels.map((label) => [labelChip(label), " "])}<br><span class="meta">#${issue.number} opened ${when(issue.createdAt)} by ${issue.user.login}
${isPull(issue) && html` · <code>${issue.pull.headRef}</code>`}</span></span>
${isPull(issue) && checkDots(repository, issue.pull.headSha)} ${stateBadge(issue)}
<span class="meta">💬 ${issue.comments.length}</span></div>`;
}

/** The list of issues or of pull requests; closed ones come after the open ones. */
export function listPage(visit: Visit, repository: Repository, kind: "issues" | "pulls"): string {
  const all = [...repository.issues.values()]
    .filter((issue) => isPull(issue) === (kind === "pulls"))
    .toSorted((a, b) => Number(a.state === "closed") - Number(b.state === "closed") || b.number - a.number);
  const noun = kind === "issues" ? "Issues" : "Pull requests";
  const main: Content = html`<h1>${noun}</h1>
${kind === "issues" && html`<p><a href="/${fullName(repository)}/issues/new">New issue</a></p>`}
<div class="box">${all.length === 0 ? html`<div class="empty">Nothing here yet.</div>` : all.map((issue) => row(repository, issue))}</div>`;
  return layout(visit, { title: `${noun} · ${fullName(repository)}`, repository, tab: kind, main });
}

export function newIssuePage(visit: Visit, repository: Repository): string {
  const main = html`<h1>New issue</h1><form class="box pad" method="post" action="/${fullName(repository)}/issues">
<p><input type="text" name="title" placeholder="Title" aria-label="Title" required maxlength="256"></p>
<p><textarea name="body" placeholder="What should be done?" aria-label="Description"></textarea></p>
<p><input type="text" name="labels" placeholder="Labels, separated by commas" aria-label="Labels"></p>
<button class="go">Open issue</button> <span class="soft">as ${visit.viewer}</span></form>`;
  return layout(visit, { title: `New issue · ${fullName(repository)}`, repository, tab: "issues", main });
}

export function issuePage(visit: Visit, repository: Repository, issue: Issue): string {
  const closing = [...repository.issues.values()]
    .filter(isPull)
    .filter(({ body }) =>
      new RegExp(`\\b(close[sd]?|fix(es|ed)?|resolve[sd]?):?\\s+#${issue.number}\\b`, "i").test(body ?? ""),
    );
  const main = html`<h1>${issue.title} <span class="number">#${issue.number}</span></h1>
<p>${stateBadge(issue)} <span class="meta"><strong>${issue.user.login}</strong> opened this ${when(issue.createdAt)} · ${count(issue.comments.length, "comment")}</span></p>
<div class="split"><div>${thread(repository, issue)}${commentForm(repository, issue)}</div><aside>${labelSection(visit, repository, issue)}
<section><h3>Assignees</h3>${issue.assignees.map(({ login }) => login).join(", ") || html`<span class="soft">No one</span>`}</section>
<section><h3>Development</h3>${closing.length === 0 && html`<span class="soft">No pull request yet</span>`}${closing.map(
    (pull) =>
      html`<p><a href="/${fullName(repository)}/pull/${pull.number}">#${pull.number} ${pull.title}</a> ${stateBadge(pull)}</p>`,
  )}</section></aside></div>`;
  return layout(visit, { title: `${issue.title} · Issue #${issue.number}`, repository, tab: "issues", main });
}
