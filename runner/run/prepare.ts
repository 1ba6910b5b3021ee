import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunOffer } from "#protocol/run.ts";
import { copyIncluded } from "#runner/git/copy-included.ts";
import { FetchError, type Mirror, openMirror } from "#runner/git/mirror.ts";
import { commitTree, treeOf } from "#runner/git/task-objects.ts";
import { makeWorktree, type Worktree } from "#runner/git/worktree.ts";
import { runCommand } from "#runner/sandbox/run.ts";
import { inStep, type RunContext } from "./context.ts";
import { credentialFor } from "./credential.ts";
import { RunFailure } from "./failure.ts";
import { commandEnvironment, placesOf, sandboxOf } from "./places.ts";
import { pushCommit } from "./publish.ts";

const setupMs = 20 * 60_000;
/** How many other names are tried when a foreign branch has ours. */
const branchNames = 20;

/** The task's worktree on its branch from a fresh base, made ready by the repository's setup commands. */
export async function prepare(context: RunContext): Promise<Worktree> {
  const places = placesOf(context);
  for (const folder of [places.task, places.home, places.tmp, places.settings]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  const worktree = await inStep(context, "worktree", () => makeTree(context));
  if (context.offer.policy.setup.length > 0) {
    await inStep(context, "setup", () => setUp(context, worktree));
  }
  return worktree;
}

async function makeTree(context: RunContext): Promise<Worktree> {
  const { offer, options, memory } = context;
  const mirror = openMirror({ home: options.home, repository: offer.repository, url: offer.cloneUrl });
  await fetchMirror(context, mirror);
  const baseSha = await baseOf(mirror, offer.baseBranch);
  const branch = memory.now.branch ?? (await branchFor(offer, mirror));
  const begun = memory.now.pushed ?? (await beginBranch(context, mirror, branch, baseSha));
  memory.keep({ branch });
  const worktree = await makeWorktree({
    mirror,
    task: offer.task,
    folder: placesOf(context).work,
    branch,
    baseSha,
    author: offer.author,
    startAt: begun,
  });
  if (options.includeFolder !== null) {
    await copyIncluded({ from: join(options.includeFolder, offer.repository), worktree });
  }
  return worktree;
}

async function fetchMirror(context: RunContext, mirror: Mirror): Promise<void> {
  try {
    await mirror.fetch(await credentialFor(context, "read"), { signal: context.stopping });
  } catch (error) {
    if (!(error instanceof FetchError) || context.stopping.aborted) throw error;
    throw new RunFailure(
      "clone_failed",
      error.message,
      "Check that the runner's machine reaches the repository and that the app may read it; it is tried again.",
    );
  }
}

async function baseOf(mirror: Mirror, wanted: string | null): Promise<string> {
  const branch = wanted ?? (await mirror.defaultBranch());
  const sha = branch === null ? null : await mirror.resolve(`refs/heads/${branch}`);
  if (sha !== null) return sha;
  throw new RunFailure(
    "no_base",
    branch === null ? "The repository has no commit to start from." : `The base branch ${branch} does not exist.`,
    branch === null ? "Push a first commit." : "Name another base in .github/cc-orchestrator.yml.",
  );
}

/** Somebody else's branch of the same name is left alone: ours gets a number behind it. */
async function branchFor(offer: RunOffer, mirror: Mirror): Promise<string> {
  if (offer.headSha !== null) return offer.branch;
  for (let number = 1; number <= branchNames; number += 1) {
    const name = number === 1 ? offer.branch : `${offer.branch}-${number}`;
    if (!(await mirror.hasBranch(name))) return name;
  }
  throw new RunFailure(
    "branch_taken",
    `The branch ${offer.branch} exists already, and so do ${branchNames - 1} numbered ones.`,
    "Delete old branches, or give another template as `branch` in .github/cc-orchestrator.yml.",
  );
}

/**
 * Puts the branch on the remote with an empty commit: GitHub opens no pull request and shows no check run without one,
 * and people want to watch from the start.
 */
async function beginBranch(context: RunContext, mirror: Mirror, branch: string, baseSha: string): Promise<string> {
  const { offer } = context;
  const subject = `Start ${offer.task}: ${offer.title}`;
  const sha = await commitTree(mirror, {
    tree: await treeOf(mirror, baseSha),
    parent: baseSha,
    message: `${subject}\n`,
    author: offer.author,
  });
  context.report({ kind: "prepared", branch, baseSha });
  await pushCommit(context, { mirror, branch, sha, on: null });
  context.memory.keep({ branch, pushed: sha, begun: sha });
  const commits = [{ sha, subject: context.redact(subject).slice(0, 500), files: 0 }];
  context.report({
    kind: "pushed",
    branch,
    sha,
    commits,
    diff: { files: 0, insertions: 0, deletions: 0 },
    findings: [],
  });
  return sha;
}

async function setUp(context: RunContext, worktree: Worktree): Promise<void> {
  for (const command of context.offer.policy.setup) {
    const result = await runCommand({
      command,
      cwd: worktree.path,
      env: commandEnvironment(context),
      sandbox: sandboxOf(context, worktree.mirror.path),
      timeoutMs: setupMs,
      cancel: context.stopping,
    });
    if (result.code === 0) continue;
    throw new RunFailure(
      "setup_failed",
      `The setup command \`${command}\` ${result.timedOut ? "took too long" : `ended with ${result.code}`}:\n${context.redact(result.output).slice(-1_500)}`,
      "Mend the setup commands in .github/cc-orchestrator.yml, then put the label back.",
    );
  }
}
