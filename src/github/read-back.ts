import type { BranchWork } from "#operations/ports/github.ts";
import type { Diff } from "#protocol/diff.ts";
import { isCheckRunId } from "./check-runs.ts";
import type { Remembered } from "./conditional.ts";
import { isRefusal } from "./failure.ts";
import type { Octokit } from "./octokit.ts";
import type { Place } from "./place.ts";

/** The comment's text; null when somebody has deleted it. */
export async function commentText(
  octokit: Octokit,
  place: Place,
  id: string,
  remembered: Remembered,
): Promise<string | null> {
  return orGone(async () => {
    const data = await remembered.read(`comment ${place.owner}/${place.repo} ${id}`, (headers) =>
      octokit.rest.issues.getComment({ ...place, comment_id: Number(id), headers }),
    );
    return data.body ?? "";
  });
}

export async function checkRunState(octokit: Octokit, place: Place, id: string, remembered: Remembered) {
  // From a time when a commit status stood in its place.
  if (!isCheckRunId(id)) return null;
  return orGone(async () => {
    const data = await remembered.read(`check ${place.owner}/${place.repo} ${id}`, (headers) =>
      octokit.rest.checks.get({ ...place, check_run_id: Number(id), headers }),
    );
    return { status: data.status as string, conclusion: data.conclusion as string | null, headSha: data.head_sha };
  });
}

/** What the branch has over its base; null when there is no such branch, or nothing on it. */
export async function branchWork(
  octokit: Octokit,
  place: Place,
  branch: string,
  base: string | null,
  remembered: Remembered,
): Promise<BranchWork | null> {
  return orGone(async () => {
    const data = await compared(octokit, place, branch, base, remembered);
    const head = data.commits.at(-1);
    if (head === undefined) return null;
    const files = data.files ?? [];
    const sum = (of: "additions" | "deletions") => files.reduce((all, file) => all + file[of], 0);
    return {
      headSha: head.sha,
      commits: data.commits.map(({ sha, commit }) => ({ sha, subject: subjectOf(commit.message), files: 0 })),
      diff: { files: files.length, insertions: sum("additions"), deletions: sum("deletions") },
    };
  });
}

/** The most files that GitHub gives of a comparison: https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const mostFiles = 300;
const states = { added: "added", copied: "added", removed: "removed", renamed: "renamed" } as const;

/** What the branch changes, file by file; null when there is no such branch, or nothing on it. */
export async function branchDiff(
  octokit: Octokit,
  place: Place,
  branch: string,
  base: string | null,
  remembered: Remembered,
): Promise<Diff | null> {
  return orGone(async () => {
    const data = await compared(octokit, place, branch, base, remembered);
    const head = data.commits.at(-1);
    if (head === undefined) return null;
    const files = data.files ?? [];
    return {
      headSha: head.sha,
      isCut: files.length >= mostFiles,
      files: files.map((file) => ({
        path: file.filename,
        before: file.previous_filename ?? null,
        state: file.status in states ? states[file.status as keyof typeof states] : "modified",
        insertions: file.additions,
        deletions: file.deletions,
        patch: file.patch ?? null,
      })),
    };
  });
}

async function compared(octokit: Octokit, place: Place, branch: string, base: string | null, remembered: Remembered) {
  const from = base ?? (await defaultBranch(octokit, place, remembered));
  const basehead = `${encodeURIComponent(from)}...${encodeURIComponent(branch)}`;
  return remembered.read(`compare ${place.owner}/${place.repo} ${basehead}`, (headers) =>
    octokit.rest.repos.compareCommitsWithBasehead({ ...place, basehead: `${from}...${branch}`, headers }),
  );
}

async function defaultBranch(octokit: Octokit, place: Place, remembered: Remembered): Promise<string> {
  const data = await remembered.read(`repository ${place.owner}/${place.repo}`, (headers) =>
    octokit.rest.repos.get({ ...place, headers }),
  );
  return data.default_branch;
}

function subjectOf(message: string): string {
  return (message.split("\n", 1)[0] ?? "").slice(0, 500);
}

async function orGone<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isRefusal(error, 404, 410)) return null;
    throw error;
  }
}
