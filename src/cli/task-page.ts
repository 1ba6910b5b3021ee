import { inCli } from "#protocol/command-words.ts";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";
import type { Reason } from "#protocol/words.ts";
import { colours as pc } from "./colours.ts";
import { plainLine } from "./plain.ts";
import { lookOf, whyOf } from "./task-view.ts";
import { ago } from "./time.ts";

const marks = { started: pc.cyan("▸"), passed: pc.green("✓"), failed: pc.red("✗") } as const;

/** Everything about one task that a person asks first: what, how it stands and why, where, and its runs. */
export function renderTask(task: Task, now: number): string {
  const look = lookOf(task);
  const facts: [string, string | null][] = [
    ["repository", task.repository],
    [task.issue === null ? "from" : "issue", sourceLine(task)],
    ["asked by", `${task.requestedBy}, ${since(task.createdAt, now)}`],
    ["priority", task.priority === "normal" ? null : task.priority],
    ["branch", task.branch],
    ["pull request", pullRequestOf(task)],
    ["cost", task.costUsd > 0 ? `$${task.costUsd.toFixed(2)}` : null],
  ];
  const lines = [
    `${pc.bold(task.name)}  ${look.paint(look.word)}  ${plainLine(task.title)}`,
    ...(task.reason === null ? said(whyOf(task)) : reasonLines(task.reason, task.name)),
    "",
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(14)}${plainLine(value)}`])),
    ...task.runs.flatMap((run) => ["", ...runLines(run, now)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** `#12  https://…` */
function sourceLine(task: Task): string | null {
  const source = sourceOf(task);
  return source && [source.name, source.url ?? ""].join("  ").trim();
}

function runLines(run: Run, now: number): string[] {
  const state = run.conclusion ?? run.status.replace("_", " ");
  const where = [run.runner, run.model, run.claudeVersion === null ? null : `Claude Code ${run.claudeVersion}`]
    .flatMap((part) => (part === null ? [] : [plainLine(part)]))
    .join(", ");
  const when = since(run.completedAt ?? run.startedAt ?? run.createdAt, now);
  return [
    `  run ${run.id}  ${run.purpose.replace("_", " ")}, attempt ${run.attempt}: ${state}, ${when}`,
    ...(where === "" ? [] : [`    ${where}`]),
    ...run.steps.map((step) => {
      const detail = step.detail === undefined ? "" : `  ${plainLine(step.detail)}`;
      return `    ${marks[step.state]} ${step.name}${detail}`;
    }),
    ...(run.reason === null ? [] : reasonLines(run.reason, run.task).map((line) => `  ${line}`)),
    ...(run.attach === null || run.status === "completed" ? [] : [`    attach: ${plainLine(run.attach)}`]),
    ...run.commits.map(({ sha, subject }) => `    ${pc.yellow(sha.slice(0, 9))} ${plainLine(subject)}`),
  ];
}

function reasonLines({ sentence, advice }: Reason, task: string): string[] {
  return [...said(sentence), ...said(inCli(advice ?? "", task))];
}

function said(sentence: string): string[] {
  return sentence === "" ? [] : [`  ${plainLine(sentence)}`];
}

function pullRequestOf({ pullRequest }: Task): string | null {
  if (pullRequest === null) return null;
  const draft = pullRequest.draft ? "draft, " : "";
  return `#${pullRequest.number}  ${draft}${pullRequest.state}  ${pullRequest.url}`;
}

function since(instant: string, now: number): string {
  const time = ago(instant, now);
  return time === "now" ? "just now" : `${time} ago`;
}
