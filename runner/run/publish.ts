import { importBranch } from "#runner/git/import-branch.ts";
import { inspectChanges } from "#runner/git/inspect-changes.ts";
import type { Mirror } from "#runner/git/mirror.ts";
import { pushBranch } from "#runner/git/push-branch.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { inStep, type RunContext } from "./context.ts";
import { credentialFor } from "./credential.ts";
import { RunFailure } from "./failure.ts";
import { sentenceOf } from "./findings.ts";

/** What is on the remote branch after publishing. */
export type Published = { sha: string; findings: string[] };

/**
 * Commits what lies in the worktree, takes it over into the runner's mirror, looks through it and pushes it.
 * @param on where the remote branch stands by our own last push, null when it does not exist
 * @returns null when the task has changed nothing
 * @throws RunFailure when it holds secrets or the remote will not take it; the work is then kept on this machine
 */
export async function publish(context: RunContext, worktree: Worktree, on: string | null): Promise<Published | null> {
  await worktree.commitLeftovers(`${context.offer.title}\n\n${context.offer.task}`);
  const { sha } = await importBranch({ mirror: worktree.mirror, worktree });
  if ((await worktree.diffStat()).files === 0) return null;
  return inStep(context, "push", () => pushWork(context, worktree, sha, on));
}

async function pushWork(context: RunContext, worktree: Worktree, sha: string, on: string | null): Promise<Published> {
  const { offer } = context;
  const found = await inspectChanges({
    mirror: worktree.mirror,
    baseSha: worktree.baseSha,
    sha,
    protectedPaths: offer.policy.protected_paths,
    secrets: [],
  });
  const secrets = found.filter((finding) => finding.kind === "secret");
  const others = found.filter((finding) => finding.kind !== "secret");
  if (secrets.length > 0) {
    throw new RunFailure(
      "secret_in_changes",
      `The changes hold what looks like a secret (${secrets.map((finding) => finding.path).join(", ")}), so nothing was pushed.`,
      "Look at the kept work on the runner's machine; if the secret was real, revoke it.",
    );
  }
  const findings = others.map((finding) => context.redact(sentenceOf(finding)).slice(0, 500)).slice(0, 50);
  if (sha !== on) await pushCommit(context, { mirror: worktree.mirror, branch: worktree.branch, sha, on });
  const commits = await worktree.commitsSince();
  const diff = await worktree.diffStat();
  context.report({
    kind: "pushed",
    branch: worktree.branch,
    sha,
    commits: commits.slice(0, 250).map((commit) => ({
      sha: commit.sha,
      subject: context.redact(commit.subject).slice(0, 500),
      files: commit.files.length,
    })),
    diff: { files: diff.files, insertions: diff.insertions, deletions: diff.deletions },
    findings,
  });
  return { sha, findings };
}

/**
 * Pushes one commit of the mirror to the task's branch.
 * @param what.on where the remote branch stands by our own last push, null when it does not exist
 * @throws RunFailure
 */
export async function pushCommit(
  context: RunContext,
  what: { mirror: Mirror; branch: string; sha: string; on: string | null },
): Promise<void> {
  const credential = await credentialFor(context, "write");
  context.lease.check();
  const outcome = await pushBranch({
    mirror: what.mirror,
    url: context.offer.cloneUrl,
    branch: what.branch,
    sha: what.sha,
    credential,
    expect: what.on,
  });
  if (outcome.kind === "pushed") return;
  const isPassing = outcome.reason === "network" || outcome.reason === "timed_out";
  throw new RunFailure(
    isPassing ? "push_failed" : `push_${outcome.reason}`,
    `The branch ${what.branch} could not be pushed: ${outcome.sentence}`,
    "What Claude did is kept on the runner's machine under a recovery ref of its mirror.",
  );
}
