import { importBranch } from "#runner/git/import-branch.ts";
import { type Finding, inspectChanges } from "#runner/git/inspect-changes.ts";
import type { Mirror } from "#runner/git/mirror.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { inStep, type RunContext } from "./context.ts";
import { RunFailure } from "./failure.ts";
import { sentenceOf } from "./findings.ts";
import { pushCommit } from "./push.ts";
import { messageFor } from "./update.ts";

/** What is on the remote branch after publishing. */
export type Published = { sha: string; findings: string[] };

/**
 * Commits what lies in the worktree, takes it over into the runner's mirror, looks through it and pushes it. Safe to
 * repeat after a crash at any point of it.
 * @returns null when the task has changed nothing
 * @throws RunFailure when it holds secrets or the remote will not take it; the work is then kept on this machine
 */
export async function publish(context: RunContext, worktree: Worktree): Promise<Published | null> {
  await worktree.commitLeftovers(await messageFor(context, worktree));
  const { sha } = await importBranch({ mirror: worktree.mirror, worktree });
  if ((await worktree.diffStat()).files === 0) return null;
  return inStep(context, "push", () => pushWork(context, worktree, sha));
}

async function pushWork(context: RunContext, worktree: Worktree, sha: string): Promise<Published> {
  const found = await findingsOf(context, worktree.mirror, worktree.baseSha, sha);
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
  // Read beforehand: what is on the remote is told even if the worktree is gone a moment later.
  const commits = await worktree.commitsSince();
  const diff = await worktree.diffStat();
  await pushCommit(context, { mirror: worktree.mirror, branch: worktree.branch, sha });
  context.report(
    {
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
    },
    { key: `pushed ${sha}` },
  );
  return { sha, findings };
}

/** What a person, or the runner itself, should know about the commits before they leave the machine. */
export function findingsOf(context: RunContext, mirror: Mirror, baseSha: string, sha: string): Promise<Finding[]> {
  return inspectChanges({
    mirror,
    baseSha,
    sha,
    protectedPaths: context.offer.policy.protected_paths,
    secrets: context.secrets,
  });
}
