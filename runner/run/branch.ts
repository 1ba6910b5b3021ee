import type { RunOffer } from "#protocol/run.ts";
import type { Mirror } from "#runner/git/mirror.ts";
import { commitTree, treeOf } from "#runner/git/task-objects.ts";
import type { RunContext } from "./context.ts";
import { RunFailure } from "./failure.ts";
import { pushCommit } from "./push.ts";

/** How many other names are tried when a foreign branch has ours. */
const branchNames = 20;

/**
 * The branch for a run's work. Somebody else's branch of the same name is left alone: ours gets a number behind it.
 * @returns `startedAt` is the commit that this very run began the branch with, when it did before a crash
 */
export async function branchFor(
  offer: RunOffer,
  mirror: Mirror,
): Promise<{ branch: string; startedAt: string | null }> {
  if (offer.headSha !== null) return { branch: offer.branch, startedAt: null };
  for (let number = 1; number <= branchNames; number += 1) {
    const branch = number === 1 ? offer.branch : `${offer.branch}-${number}`;
    const tip = await mirror.resolve(`refs/heads/${branch}`);
    if (tip === null) return { branch, startedAt: null };
    if (await isStartOf(offer, mirror, tip)) return { branch, startedAt: tip };
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
export async function startCommit(offer: RunOffer, mirror: Mirror, baseSha: string): Promise<string> {
  const tree = await treeOf(mirror, baseSha);
  return await commitTree(mirror, { tree, parent: baseSha, message: startMessage(offer), author: offer.author });
}

/** Puts the new branch on the remote and says so. */
export async function beginBranch(context: RunContext, mirror: Mirror, branch: string, sha: string): Promise<void> {
  const { pushed } = context.memory.now;
  if (pushed === null) await pushCommit(context, { mirror, branch, sha });
  else if (pushed !== sha) return;
  const commits = [{ sha, subject: context.redact(startSubject(context.offer)).slice(0, 500), files: 0 }];
  const diff = { files: 0, insertions: 0, deletions: 0 };
  context.report({ kind: "pushed", branch, sha, commits, diff, findings: [] }, { key: `pushed ${sha}` });
}

function startSubject(offer: RunOffer): string {
  return `Start ${offer.task}: ${offer.title}`;
}

/** The number of the run tells our own beginning, made before a crash, from anybody else's branch (F36). */
function startMessage(offer: RunOffer): string {
  return `${startSubject(offer)}\n\nRun: ${offer.runId}\n`;
}

async function isStartOf(offer: RunOffer, mirror: Mirror, sha: string): Promise<boolean> {
  const { stdout } = await mirror.git(["log", "-1", "--format=%ae%n%B", "--end-of-options", sha]);
  return stdout.trim() === `${offer.author.email}\n${startMessage(offer)}`.trim();
}
