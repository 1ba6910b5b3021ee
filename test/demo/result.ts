import type { Task } from "#protocol/task.ts";
import { readGitHub } from "./api.ts";
import type { Stage } from "./stage.ts";

/** What `--json` prints; every value is read back from the stand-in's or the control plane's API. */
export type DemoResult = {
  issue: { number: number; labels: string[] };
  task: { name: string; status: string; conclusion: string | null };
  pullRequest: { number: number; draft: boolean; state: string; title: string; body: string; headRef: string };
  checkRuns: { name: string; status: string; conclusion: string | null; headSha: string }[];
  comments: { id: number; author: string; body: string }[];
  commits: { sha: string; message: string; files: string[] }[];
  claude: { version: string; sessionId: string; costUsd: number };
  github: { calls: number; contractViolations: number };
  timings: Timings;
  bare: { worktreeAddMs: number; claudeStartMs: number; ratio: number } | null;
};

export type Timings = {
  labelToReactionMs: number;
  labelToInstanceMs: number;
  labelToPullRequestMs: number;
  totalMs: number;
};

type ApiIssue = { number: number; labels: { name: string }[] };
type ApiPull = {
  number: number;
  draft: boolean;
  state: string;
  title: string;
  body: string | null;
  created_at: string;
  head: { ref: string; sha: string };
};
type ApiComment = { id: number; user: { login: string }; body: string };
type ApiCommit = { sha: string; commit: { message: string }; files?: { filename: string }[] };
type ApiChecks = { check_runs: { name: string; status: string; conclusion: string | null; head_sha: string }[] };

/** @throws Error when anything that should be there is missing */
export async function readResult(
  stage: Stage,
  of: { issue: number; labelledAt: number; startedAt: number; bare: DemoResult["bare"] },
): Promise<DemoResult> {
  const { task } = await taskOfIssue(stage, of.issue);
  const number = need(task.pullRequest?.number, "the task has no pull request");
  const [issue, pull, comments, listed] = await Promise.all([
    readGitHub<ApiIssue>(stage, `/issues/${of.issue}`),
    readGitHub<ApiPull>(stage, `/pulls/${number}`),
    readGitHub<ApiComment[]>(stage, `/issues/${of.issue}/comments`),
    readGitHub<ApiCommit[]>(stage, `/pulls/${number}/commits`),
  ]);
  const commits = await Promise.all(listed.map(({ sha }) => readGitHub<ApiCommit>(stage, `/commits/${sha}`)));
  const checks = await Promise.all(
    commits.map(({ sha }) => readGitHub<ApiChecks>(stage, `/commits/${sha}/check-runs`)),
  );
  const run = need(task.runs.at(-1), "the task has no run");
  const result: DemoResult = {
    issue: { number: issue.number, labels: issue.labels.map(({ name }) => name) },
    task: { name: task.name, status: task.status, conclusion: task.conclusion },
    pullRequest: {
      number: pull.number,
      draft: pull.draft,
      state: pull.state,
      title: pull.title,
      body: pull.body ?? "",
      headRef: pull.head.ref,
    },
    checkRuns: checks
      .flatMap(({ check_runs }) => check_runs)
      .map(({ name, status, conclusion, head_sha }) => ({ name, status, conclusion, headSha: head_sha })),
    comments: comments.map(({ id, user, body }) => ({ id, author: user.login, body })),
    commits: commits.map(({ sha, commit, files }) => ({
      sha,
      message: commit.message,
      files: (files ?? []).map(({ filename }) => filename),
    })),
    claude: {
      version: need(run.claudeVersion, "the run names no version of Claude Code"),
      sessionId: need(run.sessionId, "the run names no session"),
      costUsd: task.costUsd,
    },
    github: {
      calls: ownCalls(stage).filter((call) => call.contentCreating).length,
      contractViolations: stage.github.violations.length,
    },
    timings: timingsOf(stage, task, of),
    bare: null,
  };
  if (of.bare !== null) {
    const floor = of.bare.worktreeAddMs + of.bare.claudeStartMs;
    result.bare = { ...of.bare, ratio: Number((result.timings.labelToInstanceMs / floor).toFixed(2)) };
  }
  checkResult(result, pull.head.sha);
  return result;
}

/** The task of an issue, from the control plane. */
export async function taskOfIssue(stage: Stage, issue: number): Promise<{ task: Task }> {
  const { tasks } = await stage.operator("listTasks", {});
  const task = tasks.find((one) => one.issue?.number === issue);
  return { task: need(task, `issue ${issue} has not become a task`) };
}

/** The App's own calls, git aside: the demo's reading back does not count. */
function ownCalls(stage: Stage) {
  return stage.github.calls.filter((call) => call.actor.startsWith("app") || call.actor.startsWith("installation"));
}

function timingsOf(stage: Stage, task: Task, of: { labelledAt: number; startedAt: number }): Timings {
  const answeredAt = (method: string, route: RegExp) => {
    const call = ownCalls(stage).find((one) => one.method === method && route.test(one.route) && one.status < 300);
    return need(call, `no ${method} ${route} was seen`).at.getTime();
  };
  const session = task.runs.at(-1)?.sessionId ?? "";
  const started = task.runs.at(-1)?.steps.find((step) => step.name === "claude")?.startedAt;
  // The scripted model saw the first request itself; with a real one the instance's own first line tells.
  const instanceAt = stage.model?.firstRequestAt(session) ?? Date.parse(need(started, "Claude was never started"));
  return {
    labelToReactionMs: answeredAt("POST", /issues\/\{issue_number\}\/reactions$/) - of.labelledAt,
    labelToInstanceMs: instanceAt - of.labelledAt,
    labelToPullRequestMs: answeredAt("POST", /\/pulls$/) - of.labelledAt,
    totalMs: Math.round(performance.now() - of.startedAt),
  };
}

/** The demo shows what it promises, or it fails. */
function checkResult(result: DemoResult, headSha: string): void {
  const onHead = result.checkRuns.filter((check) => check.headSha === headSha);
  const wrong = [
    result.pullRequest.draft ? null : "the pull request is no draft",
    result.pullRequest.body.includes(`Closes #${result.issue.number}`) ? null : "the pull request closes no issue",
    onHead.length === 1 && onHead[0]?.conclusion === "success" ? null : "the head has not exactly one green check run",
    result.comments.length === 1 ? null : `the issue has ${result.comments.length} comments instead of one`,
    result.commits.some((commit) => commit.files.length > 0) ? null : "no commit changes a file",
    result.task.status === "in_review" ? null : `the task is ${result.task.status}`,
    result.github.contractViolations === 0 ? null : `${result.github.contractViolations} contract violations`,
  ].filter((sentence) => sentence !== null);
  if (wrong.length > 0) throw new Error(`The demo did not come out right: ${wrong.join("; ")}.`);
}

function need<T>(value: T | null | undefined, otherwise: string): T {
  if (value === null || value === undefined) throw new Error(`Missing in the demo's result: ${otherwise}.`);
  return value;
}
