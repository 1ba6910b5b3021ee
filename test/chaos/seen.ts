import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { openTerminals } from "#runner/terminal/terminals.ts";
import type { FaultName } from "./faults.ts";
import type { Kind } from "./plan.ts";
import { claudesIn, describeProcess, isEnding, processes, processesOf } from "./processes.ts";
import type { Site } from "./site.ts";
import { pageOf, type Said } from "./work.ts";

const run = promisify(execFile);

/** An issue that was labelled, and what was done to it. */
export type Asked = { ordinal: number; kind: Kind; repo: string; number: number; faults: FaultName[] };

/** What the outside world shows of one issue. */
export type SeenIssue = Asked & {
  stateLabels: string[];
  /** Of ours: `marker` is the line by which we find it again. */
  comments: { marker: string | null; word: string }[];
  pulls: { number: number; state: string; headRef: string; headSha: string }[];
  /** On the commits of its branches. */
  checks: { name: string; headSha: string; status: string; conclusion: string | null }[];
  branches: {
    name: string;
    tip: string;
    /** Movements that threw commits away. */
    forced: string[];
    /** Oldest first; `session` is the one that the page names in it. */
    commits: { sha: string; subject: string; author: string; session: string | null }[];
    /** The task's page at the tip. */
    page: string | null;
  }[];
  /** How many tasks the control plane's API has for it. */
  tasks: number;
  /** The numbers of the model's answers in the task's log, in its order. */
  log: number[];
  /** The numbers of those answers that Claude Code took in. */
  heard: number[];
};

/** What is left on the machine after everything was asked to end. */
export type Leftovers = { processes: string[]; terminals: string[]; worktrees: string[]; unfinished: string[] };

/** Reads everything about the issues from the stand-in and its repositories; tasks and logs by the control plane's API. */
export async function readIssues(
  site: Site,
  asked: readonly Asked[],
  said: ReadonlyMap<number, Said>,
): Promise<SeenIssue[]> {
  const { tasks } = await site.operator("listTasks", {});
  const seen: SeenIssue[] = [];
  for (const one of asked) {
    const own = tasks.filter((task) => task.repository === one.repo && task.issue?.number === one.number);
    const logs = await Promise.all(
      own.map(({ name }) => site.operator("taskLogs", { params: { task: name }, query: { tail: 10_000 } })),
    );
    const lines = logs.flatMap((log) => log.lines).filter((line) => line.kind === "say");
    const branches = await branchesOf(site, one);
    const shas = new Set(branches.flatMap((branch) => branch.commits.map(({ sha }) => sha)));
    seen.push({
      ...one,
      ...shownOf(site, one),
      branches,
      checks: site.github.checkRuns(one.repo).filter(({ headSha }) => shas.has(headSha)),
      tasks: own.length,
      log: lines.flatMap(({ text }) => [...text.matchAll(/\[answer (\d+)\]/g)].map((found) => Number(found[1]))),
      heard: [...said].filter(([, { ordinal, heard }]) => heard && ordinal === one.ordinal).map(([number]) => number),
    });
  }
  return seen;
}

/** What GitHub's pages show of an issue: the cheap part, which needs no git. */
export function shownOf({ github }: Pick<Site, "github">, { repo, number }: Pick<Asked, "repo" | "number">) {
  return {
    stateLabels: github.issue(repo, number).labels.filter((label) => label.startsWith("claude:")),
    comments: github
      .comments(repo, number)
      .filter(({ author }) => author === github.app.botLogin)
      .map(({ body }) => ({
        marker: /^<!-- (cc-orchestrator:task=\d+) /.exec(body)?.[1] ?? null,
        word: /^\*\*([^*]+)\*\*/m.exec(body)?.[1] ?? "",
      })),
    pulls: github.pulls(repo).filter(({ headRef }) => isBranchOf(headRef, number)),
  };
}

export function isBranchOf(branch: string, issue: number): boolean {
  return branch.startsWith(`claude/${issue}-`);
}

async function branchesOf(
  { github, repositories }: Site,
  { repo, number, ordinal }: Asked,
): Promise<SeenIssue["branches"]> {
  const folder = repositories.find(({ fullName }) => fullName === repo)?.folder ?? "";
  const names = (await github.branches(repo)).filter((name) => isBranchOf(name, number));
  return await Promise.all(
    names.map(async (name) => {
      const commits = await github.commitsBetween(repo, "main", name);
      const withSessions = await Promise.all(
        commits.map(async ({ sha, message, author }) => ({
          sha,
          author,
          subject: message.split("\n", 1)[0] ?? "",
          session: /^session (\S+)$/m.exec((await github.fileAt(repo, sha, pageOf(ordinal))) ?? "")?.[1] ?? null,
        })),
      );
      return {
        name,
        tip: (await github.branchSha(repo, name)) ?? "",
        forced: await forcedIn(folder, name),
        commits: withSessions,
        page: await github.fileAt(repo, name, pageOf(ordinal)),
      };
    }),
  );
}

/** The movements of a branch that left commits behind, by its reflog. */
async function forcedIn(folder: string, branch: string): Promise<string[]> {
  const path = join(folder, "logs", "refs", "heads", branch);
  if (!existsSync(path)) return [];
  const moves = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ", 2) as [string, string]);
  const forced: string[] = [];
  for (const [before, after] of moves) {
    if (/^0+$/.test(before)) continue;
    const isForward = await run("git", ["-C", folder, "merge-base", "--is-ancestor", before, after]).then(
      () => true,
      () => false,
    );
    if (!isForward) forced.push(`${before.slice(0, 7)} to ${after.slice(0, 7)}`);
  }
  return forced;
}

/** What is left once every program was asked to end. */
export async function readLeftovers({ folder, runners }: Site): Promise<Leftovers> {
  const terminals = await Promise.all(
    runners.map(({ home, tmuxSocket }) => openTerminals({ home, socket: tmuxSocket }).list()),
  );
  // A runner leaves tmux's empty server to end by itself, and the small disk's keeper is ours.
  const left = processesOf(folder, processes()).filter(({ argv }) => !argv.includes("tmpfs") && !argv.includes("cat"));
  return {
    processes: left.map(describeProcess),
    terminals: terminals.flat().map(({ name }) => name),
    worktrees: runners.flatMap(({ home }) =>
      entriesOf(join(home, "tasks")).filter((task) => existsSync(join(home, "tasks", task, "work", "tree"))),
    ),
    unfinished: runners.flatMap(({ home }) => entriesOf(join(home, "runs"))),
  };
}

function entriesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Which tasks have more than one live Claude now. */
export function doubledClaudes(folder: string): string[] {
  const tasks = Map.groupBy(
    claudesIn(folder, processes()).filter(({ pid }) => !isEnding(pid)),
    (one) => /\+[^/]*-(TASK-\d+)\//.exec(`${one.folder} ${one.argv.join(" ")}`)?.[1] ?? "?",
  );
  return [...tasks].flatMap(([task, all]) =>
    all.length > 1 ? [`${task}: ${all.map(describeProcess).join(" and ")}`] : [],
  );
}
