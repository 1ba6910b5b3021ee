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

/** A worktree to work in, and the branch on its way to the remote meanwhile. */
export type Prepared = {
  worktree: Worktree;
  /** Settles when the branch stands on the remote; a failure also stops the run. */
  begun: Promise<void>;
};

/** The task's worktree on its branch from a fresh base. */
export async function prepare(context: RunContext): Promise<Prepared> {
  const places = placesOf(context);
  for (const folder of [places.task, places.home, places.tmp, places.settings]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  return inStep(context, "worktree", () => makeTree(context));
}

async function makeTree(context: RunContext): Promise<Prepared> {
  const { offer, options, memory } = context;
  const mirror = openMirror({ home: options.home, repository: offer.repository, url: offer.cloneUrl });
  await fetchMirror(context, mirror);
  const baseSha = await baseOf(mirror, offer.baseBranch);
  const branch = memory.now.branch ?? (await branchFor(offer, mirror));
  const isNew = memory.now.pushed === null;
  const begunAt = memory.now.pushed ?? (await startCommit(context, mirror, baseSha));
  memory.keep({ branch });
  context.report({ kind: "prepared", branch, baseSha });
  const worktree = await makeWorktree({
    mirror,
    task: offer.task,
    folder: placesOf(context).work,
    branch,
    baseSha,
    author: offer.author,
    startAt: begunAt,
  });
  // Nobody waits for the push: Claude starts meanwhile.
  const begun = isNew ? beginBranch(context, mirror, branch, begunAt) : Promise.resolve();
  begun.catch((cause: unknown) => context.fail(cause));
  if (options.includeFolder !== null) {
    await copyIncluded({ from: join(options.includeFolder, offer.repository), worktree });
  }
  return { worktree, begun };
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
 * The empty commit that a branch begins with: GitHub opens no pull request and shows no check run without one, and
 * people want to watch from the start.
 */
function startCommit(context: RunContext, mirror: Mirror, baseSha: string): Promise<string> {
  const message = `${startSubject(context.offer)}\n`;
  return treeOf(mirror, baseSha).then((tree) =>
    commitTree(mirror, { tree, parent: baseSha, message, author: context.offer.author }),
  );
}

function startSubject(offer: RunOffer): string {
  return `Start ${offer.task}: ${offer.title}`;
}

/** Puts the new branch on the remote and says so. */
async function beginBranch(context: RunContext, mirror: Mirror, branch: string, sha: string): Promise<void> {
  await pushCommit(context, { mirror, branch, sha, on: null });
  context.memory.keep({ pushed: sha });
  const commits = [{ sha, subject: context.redact(startSubject(context.offer)).slice(0, 500), files: 0 }];
  context.report({
    kind: "pushed",
    branch,
    sha,
    commits,
    diff: { files: 0, insertions: 0, deletions: 0 },
    findings: [],
  });
}

/** Runs the repository's setup commands in the worktree. @throws RunFailure */
export async function setUp(context: RunContext, worktree: Worktree): Promise<void> {
  if (context.offer.policy.setup.length === 0) return;
  await inStep(context, "setup", () => runSetup(context, worktree));
}

async function runSetup(context: RunContext, worktree: Worktree): Promise<void> {
  for (const command of context.offer.policy.setup) {
    const result = await runCommand({
      command,
      cwd: worktree.path,
      env: commandEnvironment(context),
      sandbox: await sandboxOf(context, worktree.mirror.path, "command"),
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
