import { existsSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { kindOf } from "./contained.ts";
import type { Commit, DiffStat } from "./history.ts";
import { inTurn } from "./in-turn.ts";
import type { Mirror } from "./mirror.ts";
import { type Removal, removeWorktree } from "./remove-worktree.ts";
import { type Author, taskRef } from "./task-objects.ts";
import {
  createTaskRepository,
  replaceIndex,
  resetTaskRepository,
  TaskRepositoryError,
  treeFolder,
} from "./task-repository.ts";
import { discard } from "./trash.ts";
import type { Staged, TrustedTree } from "./trusted-tree.ts";
import { forget, readWritten, writeDown } from "./worktree-record.ts";
import { viewOf } from "./worktree-view.ts";

/**
 * A task's folder:
 *
 *   tree/       the agent works here
 *   repo.git/   the task's own repository; the agent may write it
 *
 * What the runner must be able to rely on lies elsewhere: see `worktree-record.ts`.
 */
export type Worktree = {
  readonly mirror: Mirror;
  readonly task: string;
  readonly folder: string;
  /** The tree's absolute path: where the agent works. */
  readonly path: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly author: Author;
  readonly trusted: TrustedTree;
  /** What an instance's sandbox must let it reach, and no more of this task's folder or of the mirror than that. */
  readonly access: { writable: readonly string[]; readable: readonly string[] };
  /** The commit the worktree stands on, taken over into the mirror on the way. @throws TaskRepositoryError */
  head(): Promise<string>;
  /** What on disk is in no commit. */
  status(): Promise<StatusEntry[]>;
  /** Everything since the base, committed or not. */
  diffStat(): Promise<DiffStat>;
  /** Commits on the way from `base` (the worktree's own unless given) to the head, oldest first. */
  commitsSince(base?: string): Promise<Commit[]>;
  /**
   * Commits what the agent left uncommitted, on top of its head, and moves its branch there; files over 100 MB are left
   * out, an unfinished merge is concluded. Only while no instance is at work in the tree.
   *
   * @returns null when there was nothing to commit
   */
  commitLeftovers(message: string): Promise<{ sha: string; skipped: Staged["skipped"] } | null>;
  /** Puts paths back as they are at `sha` (the base unless given); what is not there is removed. */
  restoreProtected(sha: string, paths: readonly string[]): Promise<string[]>;
  /**
   * Saves unpublished work to a recovery ref, then moves the folder out of the way at once and deletes it in the
   * background. A worktree whose work cannot be saved is kept aside instead.
   *
   * @param instead the recovery ref that is to move on, when the run has made one
   */
  remove(instead?: string | null): Promise<Removal>;
};

export type StatusEntry = { path: string; kind: "changed" | "untracked" | "embedded_repository" };

/** The remote already has a branch of that name and nothing says that it is this task's. Choose another name (F36). */
export class BranchTakenError extends Error {
  constructor(branch: string) {
    super(`The branch ${branch} exists and belongs to somebody else.`);
    this.name = "BranchTakenError";
  }
}

/**
 * Makes the folders of a worktree that does not exist yet, so that an instance may be started in it before there is
 * anything to see. `makeWorktree` with `isReserved` fills them.
 *
 * @returns the tree's path
 */
export async function reserveWorktree(folder: string): Promise<string> {
  const tree = join(folder, treeFolder);
  await mkdir(tree, { recursive: true, mode: 0o700 });
  return tree;
}

/** Takes a reserved folder away that never became a worktree; one with anything in it stays. */
export async function unreserveWorktree(folder: string): Promise<void> {
  for (const path of [join(folder, treeFolder), folder]) {
    try {
      await rmdir(path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "ENOTDIR") throw error;
    }
  }
}

/**
 * Makes a task's worktree, or makes a failed or finished attempt's one usable again: safe to call any number of times,
 * and for any number of tasks of a repository at once. No instance may be at work in the folder.
 *
 * @param wanted.startAt the commit to continue from when another runner pushed this task's branch; otherwise the
 *   worktree continues what this machine has of the task, or begins at `baseSha`
 * @param wanted.isReserved the folder was made by `reserveWorktree` for this task, and an instance waits in it
 * @throws BranchTakenError
 */
export async function makeWorktree(wanted: {
  mirror: Mirror;
  task: string;
  folder: string;
  branch: string;
  baseSha: string;
  author: Author;
  startAt?: string | null;
  isReserved?: boolean;
}): Promise<Worktree> {
  return await inTurn(wanted.folder, async () => {
    const { mirror, folder, task } = wanted;
    const present = await openWorktree({ mirror, folder });
    if (present !== null && (await canContinue(present, wanted))) {
      await resetTaskRepository(mirror, folder, wanted.author);
      return present;
    }
    const isReserved = wanted.isReserved === true && present === null;
    if (existsSync(folder) && !isReserved) await clearLeftover(viewOf(wanted), present !== null);
    await forget(mirror, folder);
    const [sha] = await Promise.all([
      startOf(wanted),
      mirror.git(["update-ref", taskRef(task, "base"), wanted.baseSha]),
      mkdir(dirname(folder), { recursive: true, mode: 0o700 }),
    ]);
    const worktree = viewOf(wanted);
    const start = { branch: wanted.branch, sha, author: wanted.author };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await createTaskRepository(mirror, folder, start);
    await worktree.trusted.checkOut(sha);
    await replaceIndex(folder, worktree.trusted.indexFile);
    await writeDown(mirror, folder, worktree);
    return worktree;
  });
}

/** The worktree that an earlier {@link makeWorktree} finished in a folder, untouched; null when there is none. */
export async function openWorktree(at: { mirror: Mirror; folder: string }): Promise<Worktree | null> {
  const written = await readWritten(at.mirror, at.folder);
  return written === null ? null : viewOf({ ...at, ...written });
}

async function startOf(wanted: Parameters<typeof makeWorktree>[0]): Promise<string> {
  const { mirror, task, branch } = wanted;
  const ours = await mirror.resolve(taskRef(task, "head"));
  if (wanted.startAt) {
    // What this machine has beyond it was never published, and is part of the work.
    return ours !== null && (await mirror.contains(ours, wanted.startAt)) ? ours : wanted.startAt;
  }
  const remote = await mirror.resolve(`refs/heads/${branch}`);
  if (ours === null) {
    if (remote !== null) throw new BranchTakenError(branch);
    return wanted.baseSha;
  }
  // Somebody may have pushed on top of the task's branch since; their commits are part of the work.
  return remote !== null && (await mirror.contains(remote, ours)) ? remote : ours;
}

/**
 * Whether a worktree is the wanted one, undamaged (F35), and not behind what was published from elsewhere. If not, it
 * is saved and made anew.
 */
async function canContinue(worktree: Worktree, wanted: Parameters<typeof makeWorktree>[0]): Promise<boolean> {
  if (worktree.task !== wanted.task || worktree.branch !== wanted.branch) return false;
  if ((await kindOf(worktree.folder, treeFolder)) !== "folder") return false;
  if ((await kindOf(worktree.folder, join(treeFolder, ".git"))) !== "file") return false;
  try {
    const head = await worktree.head();
    return !wanted.startAt || (await worktree.mirror.contains(head, wanted.startAt));
  } catch (error) {
    if (error instanceof TaskRepositoryError) return false;
    throw error;
  }
}

/** Moves a leftover folder away; one that was finished once may hold work, which is saved first. */
async function clearLeftover(worktree: Worktree, wasFinished: boolean): Promise<void> {
  if (wasFinished) await removeWorktree(worktree);
  else await discard(worktree.mirror.home, worktree.folder);
}
