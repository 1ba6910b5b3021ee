import { existsSync } from "node:fs";
import { GitError } from "./git.ts";
import { saveFilesOnly, saveRecovery } from "./recovery.ts";
import { TaskRepositoryError } from "./task-repository.ts";
import { discard, setAside } from "./trash.ts";
import type { Removal, Worktree } from "./worktree.ts";
import { forget } from "./worktree-record.ts";

/**
 * Saves what no branch of the remote has (I7), then moves the folder away; the caller sees to it that nobody else does.
 * @param instead as for `saveRecovery`
 */
export async function removeWorktree(worktree: Worktree, instead: string | null = null): Promise<Removal> {
  const { mirror, folder, task } = worktree;
  if (!existsSync(folder)) return { recovery: null, keptAt: null, deleted: Promise.resolve() };
  try {
    const recovery = await saveRecovery({ mirror, worktree, task, instead });
    const { deleted } = await discard(mirror.home, folder);
    await forget(mirror, folder);
    return { recovery, keptAt: null, deleted };
  } catch (error) {
    if (!(error instanceof GitError || error instanceof TaskRepositoryError)) throw error;
    // The folder itself is kept, so a second failure here loses nothing.
    const recovery = await saveFilesOnly(worktree).catch(() => null);
    const keptAt = await setAside(mirror.home, folder, task);
    await forget(mirror, folder);
    return { recovery, keptAt, deleted: Promise.resolve() };
  }
}
