import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { GitHubStandIn } from "#test/github/github.ts";
import { begun, type Play, type PlayedRun, pushedWork } from "../scripted-runner.ts";

/** What a task costs whose title says that it is dear. */
export const dearUsd = 0.9;

/**
 * The part that a task's title asks for, in a repository of GitHub's or of this machine: `hold` waits until it is told to
 * stop, and what is `dear` uses up most of a day's budget.
 */
export function playedElsewhere(github: GitHubStandIn): Play {
  return async (run) => {
    const { offer, tell } = run;
    const { title, branch, repository, cloneUrl, task } = offer;
    const isLocal = cloneUrl.startsWith("/");
    const base = isLocal ? git(cloneUrl, "rev-parse", "main") : ((await github.branchSha(repository, "main")) ?? "");
    const costUsd = title.includes("dear") ? dearUsd : 0.01;
    const progress = { activity: "reading", todos: [], turns: 1, inputTokens: 1, outputTokens: 1, costUsd };
    await tell(...begun(offer, base), { kind: "progress", progress });
    if (title.includes("hold")) return untilStopped(run);
    const files = { [`${task}.js`]: `bonjour from ${task}\n` };
    const push = () => github.as("ada").push(repository, { branch, message: "Greet in French", files });
    const sha = isLocal ? commitHere(cloneUrl, branch, `${task}.js`) : await push();
    if (!isLocal) await run.credential();
    await tell(
      pushedWork(offer, sha),
      { kind: "verified", passed: true, round: 0 },
      { kind: "completed", conclusion: "success", summary: "Done." },
    );
  };
}

async function untilStopped({ tell, isCancelled }: PlayedRun): Promise<void> {
  while (!isCancelled()) await pause(20);
  await tell({ kind: "completed", conclusion: "cancelled", summary: "" });
}

export function git(folder: string, ...args: string[]): string {
  const who = ["-c", "user.name=O", "-c", "user.email=o@example.com"];
  return execFileSync("git", [...who, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** A repository of this machine with one commit on main; the same one when it is there. */
export function repositoryHere(folder: string): string {
  if (existsSync(join(folder, ".git"))) return folder;
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "commit", "--quiet", "--allow-empty", "-m", "Begin");
  return folder;
}

function commitHere(folder: string, branch: string, file: string): string {
  git(folder, "checkout", "--quiet", "-B", branch, "main");
  writeFileSync(join(folder, file), "bonjour\n");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "-m", "Greet in French");
  const sha = git(folder, "rev-parse", "HEAD");
  git(folder, "checkout", "--quiet", "main");
  return sha;
}
