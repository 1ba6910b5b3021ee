/**
 * `npm run demo`: the whole product on this machine, without accounts or costs. A stand-in for GitHub, the control plane,
 * a runner and the real Claude Code with a scripted model; an issue is labelled and becomes a draft pull request.
 */
import { colours as pc } from "#cli/colours.ts";
import type { Task } from "#protocol/task.ts";
import { until } from "#test/world/until.ts";
import { measureBare } from "./bare.ts";
import { type Display, openDisplay } from "./display.ts";
import { type DemoOptions, readOptions } from "./options.ts";
import { type DemoResult, readResult } from "./result.ts";
import { sampleIssue } from "./sample.ts";
import { openStage, owner, type Stage } from "./stage.ts";
import { watchTasks } from "./watch.ts";

const patienceMs = { scripted: 120_000, real: 30 * 60_000 };

const startedAt = performance.now();
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.abort(new Error("interrupted")));
}

process.exitCode = await main();

async function main(): Promise<number> {
  let options: DemoOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
  const display = openDisplay(process.stderr);
  let stage: Stage | null = null;
  let result: DemoResult | null = null;
  let code = 0;
  try {
    stage = await openStage({ model: options.model, say: (line) => display.doing(`Starting ${line}`) });
    interrupted.signal.throwIfAborted();
    result = await play(stage, display, options);
    display.end();
    process.stderr.write(options.once ? summary(stage, result) : `${summary(stage, result)}${tour(stage)}`);
    if (!options.once) await untilInterrupted();
  } catch (error) {
    display.end();
    code = interrupted.signal.aborted ? 130 : 1;
    if (code === 1) process.stderr.write(`\n${pc.red("✗")} ${error instanceof Error ? error.message : error}\n`);
  } finally {
    if (stage !== null && !options.once) process.stderr.write("\nPutting everything away …\n");
    await stage?.close();
  }
  if (options.json && result !== null) process.stdout.write(`${JSON.stringify(result)}\n`);
  return code;
}

/** Labels the sample issue and watches until its pull request stands. */
async function play(stage: Stage, display: Display, options: DemoOptions): Promise<DemoResult> {
  const { github, repo } = stage;
  const bare = stage.model === null ? null : await measureBare(stage.model, stage.repositoryFolder);
  const issue = github.as(owner).openIssue(repo, { title: sampleIssue.title, body: sampleIssue.body });
  display.doing(`Issue #${issue}: ${sampleIssue.title}`);
  const labelledAt = Date.now();
  github.as(owner).label(repo, issue, "claude");
  display.doing(`${owner} puts the label ${pc.magenta("claude")} on it`);
  await untilShown(stage, display, issue, patienceMs[options.model]);
  return readResult(stage, { issue, labelledAt, startedAt, bare });
}

/** Resolves when the task is in review and GitHub shows it. @throws Error when it ends otherwise, or takes too long */
async function untilShown(stage: Stage, display: Display, issue: number, ms: number): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, interrupted.signal]);
  let ended: Task | null = null;
  const watching = watchTasks(
    stage,
    (task) => {
      if (task.issue?.number !== issue) return;
      display.task(task);
      if (task.status === "in_review" || task.status === "completed") ended = task;
    },
    signal,
  );
  try {
    await until(
      "the pull request",
      () => {
        interrupted.signal.throwIfAborted();
        if (ended?.status === "completed") throw new Error(endOf(ended));
        return ended !== null && isShown(stage, issue) ? true : null;
      },
      ms,
    );
  } finally {
    over.abort();
    await watching;
  }
}

/** The picture is whole: one state label, and no check run is open. */
function isShown({ github, repo }: Stage, issue: number): boolean {
  const labels = github.issue(repo, issue).labels.filter((label) => label.startsWith("claude:"));
  const isClosed = github.checkRuns(repo).every((check) => check.status === "completed");
  return labels.length === 1 && labels[0] === "claude:in-review" && isClosed;
}

function endOf(task: Task): string {
  return `${task.name} ended: ${task.reason?.sentence ?? task.conclusion}${task.reason?.advice ? ` ${task.reason.advice}` : ""}`;
}

function summary(stage: Stage, result: DemoResult): string {
  const { timings, bare } = result;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const lines = [
    "",
    `${pc.green("✓")} ${pc.bold("A labelled issue has become a draft pull request.")}`,
    "",
    `  Issue         ${stage.github.url}/${stage.repo}/issues/${result.issue.number}`,
    `  Pull request  ${stage.github.url}/${stage.repo}/pull/${result.pullRequest.number}`,
    `  Claude Code   ${result.claude.version}, $${result.claude.costUsd.toFixed(2)} at list prices`,
    `  Label to 👀   ${seconds(timings.labelToReactionMs)}`,
    `  … to Claude   ${seconds(timings.labelToInstanceMs)}${bare === null ? "" : ` (${bare.ratio} × a bare worktree and a bare claude -p)`}`,
    `  … to the PR   ${seconds(timings.labelToPullRequestMs)}`,
    `  GitHub calls  ${result.github.calls} that write, ${result.github.contractViolations} against GitHub's API description`,
    "",
  ];
  return lines.join("\n");
}

function tour(stage: Stage): string {
  const { github, repo } = stage;
  return [
    "",
    `${pc.bold("Have a look around.")} Everything stays up until you press Ctrl-C; then nothing of it is left.`,
    "",
    `  ${pc.cyan(`${github.url}/${repo}/issues`)}`,
    "      open another issue, put the label claude on it, and watch; merge the pull request",
    `  ${pc.cyan(`${stage.serverUrl}/#token=${stage.operatorToken}`)}`,
    "      the control plane's dashboard, signed in",
    `  ${pc.cyan(stage.attachHint)}`,
    "      the terminals, while Claude works in them",
    `  ${pc.dim(`logs: ${stage.folder}/programs.log`)}`,
    "",
  ].join("\n");
}

async function untilInterrupted(): Promise<void> {
  if (interrupted.signal.aborted) return;
  await new Promise<void>((resolve) => {
    // Keeps the process alive while it waits.
    const alive = setInterval(() => undefined, 60_000);
    interrupted.signal.addEventListener("abort", () => {
      clearInterval(alive);
      resolve();
    });
  });
}
