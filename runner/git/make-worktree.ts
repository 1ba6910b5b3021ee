import { existsSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { kindOf } from "./contained.ts";
import { inTurn } from "./in-turn.ts";
import type { Mirror } from "./mirror.ts";
import { removeWorktree } from "./remove-worktree.ts";
import { type Author, taskRef } from "./task-objects.ts";
import {
  createTaskRepository,
  replaceIndex,
  resetTaskRepository,
  TaskRepositoryError,
  treeFolder,
} from "./task-repository.ts";
import { discard } from "./trash.ts";
import type { Worktree } from "./worktree.ts";
import { forget, readWritten, writeDown } from "./worktree-record.ts";
import { viewOf } from "./worktree-view.ts";

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
