import { join } from "node:path";
import { readContained } from "./contained.ts";
import { GitError } from "./git.ts";
import type { Mirror } from "./mirror.ts";
import { taskRef } from "./task-objects.ts";
import { headOf, repositoryFolder, TaskRepositoryError } from "./task-repository.ts";
import type { Worktree } from "./worktree.ts";

export type ImportedBranch = { sha: string };

/** The work does not build on the commit that the task began at: its history was rewritten. */
export class RewrittenHistoryError extends Error {
  constructor(task: string, baseSha: string) {
    super(`The work of ${task} no longer contains the commit ${baseSha.slice(0, 12)} that it started from.`);
    this.name = "RewrittenHistoryError";
  }
}

/**
 * Takes a worktree's commits over into the mirror and checks that they continue from its base.
 *
 * @param from.ref where to keep them; `refs/cc-orchestrator/tasks/<task>/head` unless given
 * @throws TaskRepositoryError when the task's repository is damaged or was tampered with
 * @throws RewrittenHistoryError
 */
export async function importBranch(from: {
  mirror: Mirror;
  worktree: Worktree;
  ref?: string;
}): Promise<ImportedBranch> {
  const { mirror, worktree } = from;
  const { sha } = await takeHead({ mirror, folder: worktree.folder, ref: from.ref ?? taskRef(worktree.task, "head") });
  if (!(await mirror.contains(sha, worktree.baseSha))) throw new RewrittenHistoryError(worktree.task, worktree.baseSha);
  return { sha };
}

/**
 * Fetches by path what the worktree's HEAD stands on. Git serves that fetch with `upload-pack` in the task's
 * repository, which runs nothing of what is configured there (tried: packObjectsHook, alternateRefsCommand, fsmonitor,
 * sshCommand, gitProxy, hooks); every object is checked on arrival.
 */
export async function takeHead(from: { mirror: Mirror; folder: string; ref: string }): Promise<ImportedBranch> {
  const { mirror, folder, ref } = from;
  const head = await headOf(mirror, folder);
  const source = "ref" in head ? head.ref : head.sha;
  const known = await alreadyTaken(from, head);
  if (known !== null) return { sha: known };
  await fetchHead(mirror, [join(folder, repositoryFolder), `+${source}:${ref}`]);
  const sha = await mirror.resolve(ref);
  if (sha === null) throw new TaskRepositoryError("The task's branch is not a commit.");
  return { sha };
}

/** A git that was killed, or whose helper was, leaves nothing behind: what is damaged fails once more in the same way. */
async function fetchHead(mirror: Mirror, what: readonly [folder: string, refspec: string]): Promise<void> {
  const options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"];
  const fetch = () => mirror.git(["fetch", ...options, "--", ...what], { transport: "file", timeoutMs: 600_000 });
  const isOver = (error: unknown) => !(error instanceof GitError) || error.timedOut || error.cancelled;
  try {
    await fetch().catch((error: unknown) => {
      if (isOver(error)) throw error;
      return fetch();
    });
  } catch (error) {
    if (isOver(error) || (error instanceof GitError && error.wasKilled)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new TaskRepositoryError(`The task's commits could not be taken over: ${why}`);
  }
}

/** Asked often, and mostly nothing is new: two small files are read then, and no git is started. */
async function alreadyTaken(
  from: { mirror: Mirror; folder: string; ref: string },
  head: { ref: string } | { sha: string },
): Promise<string | null> {
  const taken = (await readContained(from.mirror.path, from.ref, 100))?.trim() ?? null;
  if (taken === null || !/^[0-9a-f]{40}$/.test(taken)) return null;
  const now =
    "sha" in head ? head.sha : (await readContained(from.folder, join(repositoryFolder, head.ref), 100))?.trim();
  return now === taken ? taken : null;
}
