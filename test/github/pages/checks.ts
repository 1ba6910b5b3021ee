import { type CheckRun, fullName, type PullIssue, type Repository } from "../state/nouns.ts";
import { type Content, type Html, html } from "./html.ts";
import { layout, type Visit, when } from "./layout.ts";
import { markdown } from "./markdown.ts";

const marks: Record<string, string> = {
  success: "✓",
  failure: "✗",
  timed_out: "✗",
  cancelled: "⊘",
  neutral: "■",
  skipped: "⊘",
  stale: "⊘",
  action_required: "!",
  in_progress: "●",
  queued: "○",
};

function outcome(run: CheckRun): string {
  return run.conclusion ?? run.status;
}

function dot(word: string): Html {
  return html`<span class="dot ${word}" title="${word.replace("_", " ")}">${marks[word] ?? "?"}</span>`;
}

/** Only the newest run of each name counts. */
function runsAt(repository: Repository, sha: string): CheckRun[] {
  const runs = repository.checkRuns.filter((run) => run.headSha === sha);
  return [...new Map(runs.map((run) => [`${run.suite.app.id} ${run.name}`, run])).values()];
}

/** One mark for each check and status of a commit. */
export function checkDots(repository: Repository, sha: string): Content {
  const statuses = new Map(repository.statuses.filter((one) => one.sha === sha).map((one) => [one.context, one.state]));
  return [...runsAt(repository, sha).map(outcome), ...statuses.values()].map((word) => [dot(word), " "]);
}

/** One line for each check, as the pull request's own page shows them. */
export function checkRows(repository: Repository, sha: string): Html {
  const runs = runsAt(repository, sha);
  const statuses = [
    ...new Map(repository.statuses.filter((one) => one.sha === sha).map((one) => [one.context, one])).values(),
  ];
  if (runs.length + statuses.length === 0) return html`<div class="row soft">No checks yet</div>`;
  return html`${runs.map(
    (
      run,
    ) => html`<div class="row">${dot(outcome(run))} <span class="grow"><a class="title" href="/${fullName(repository)}/runs/${run.id}">${run.name}</a>
<span class="meta">${run.output.title ?? outcome(run)}</span></span></div>`,
  )}${statuses.map(
    ({ context, state, description }) =>
      html`<div class="row">${dot(state)} <span class="grow"><strong>${context}</strong> <span class="meta">${description ?? state}</span></span></div>`,
  )}`;
}

function runBox(visit: Visit, repository: Repository, run: CheckRun): Html {
  const { output } = run;
  const action = `/${fullName(repository)}/runs/${run.id}`;
  const buttons = run.status === "completed" ? run.actions : [];
  return html`<div class="box"><div class="head">${dot(outcome(run))} <strong><a href="${action}">${run.name}</a></strong>
<span class="meta">${outcome(run).replace("_", " ")} · ${run.headSha.slice(0, 7)} · started ${when(run.startedAt)}${run.completedAt && html` · completed ${when(run.completedAt)}`}</span></div>
<div class="pad markdown">${output.title && html`<h2>${output.title}</h2>`}${output.summary && markdown(output.summary, { repository: fullName(repository) })}
${output.text && markdown(output.text, { repository: fullName(repository) })}
${run.annotations.map(
  (one) =>
    html`<p><span class="dot failure">!</span> <code>${one.path}:${one.start_line}</code> ${one.annotation_level}: ${one.message}</p>`,
)}</div><div class="pad"><form method="post" action="${action}/rerun"><button>Re-run</button>
${buttons.map(({ identifier, label, description }) => html` <button formaction="${action}/act" name="identifier" value="${identifier}" title="${description}">${label}</button>`)}
<span class="soft">as ${visit.viewer}</span></form></div></div>`;
}

/** Every run of a pull request's head, with what it wrote. */
export function checksOf(visit: Visit, repository: Repository, issue: PullIssue): Html {
  const runs = runsAt(repository, issue.pull.headSha);
  return runs.length === 0
    ? html`<div class="box"><div class="empty">No checks yet.</div></div>`
    : html`${runs.map((run) => runBox(visit, repository, run))}`;
}

export function runPage(visit: Visit, repository: Repository, run: CheckRun): string {
  const main = runBox(visit, repository, run);
  return layout(visit, { title: `${run.name} · ${fullName(repository)}`, repository, tab: "pulls", main });
}
