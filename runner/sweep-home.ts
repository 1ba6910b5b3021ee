import { stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openWorktree } from "./git/make-worktree.ts";
import { type MirrorOnDisk, mirrorOnDisk, mirrorsIn } from "./git/mirrors-on-disk.ts";
import { forgetRecovery, forgetTask, tidyMirror } from "./git/tidy-mirror.ts";
import { discard } from "./git/trash.ts";
import { namesIn } from "./names-in.ts";
import type { Log } from "./options.ts";

const dayMs = 24 * 3_600_000;
/** Saved work that nobody brought back for so long is forgotten. */
const savedDays = 365;
const tidyDays = 1;

/** Where a task's things are below `tasks/`: the folder's name. */
export function taskFolderName(of: { repository: string; task: string }): string {
  return `${of.repository.replace("/", "+")}-${of.task}`;
}

/**
 * Saves and removes worktrees of which the journal does not know, as when its entry was lost: nobody would ever go on with
 * them. Before the first claim, so that no run is meant by it.
 * @param known names of task folders that the journal's runs use
 */
export async function sweepWorktrees(of: { home: string; known: ReadonlySet<string>; log: Log }): Promise<void> {
  const { home, log } = of;
  const mirrors = await mirrorsIn(home);
  for (const name of await namesIn(join(home, "tasks"))) {
    if (of.known.has(name)) continue;
    const folder = join(home, "tasks", name, "work");
    try {
      const saved = await removeTree(home, mirrors, folder);
      if (saved !== null) log.warn({ ...saved }, "a worktree of no run was saved and removed");
    } catch (error) {
      log.error({ folder, error: String(error) }, "a worktree of no run could not be saved, and stays where it is");
    }
  }
}

/** Saves what is in the worktree of a task and removes it. @returns where it was saved; null when there was no worktree */
export async function removeTree(home: string, mirrors: readonly MirrorOnDisk[], folder: string) {
  for (const one of mirrors) {
    const mirror = mirrorOnDisk(home, one);
    const worktree = mirror === null ? null : await openWorktree({ mirror, folder });
    if (worktree === null) continue;
    const { recovery, keptAt } = await worktree.remove();
    return { task: worktree.task, saved: recovery?.ref, keptAt };
  }
  return null;
}

/**
 * Removes the folders of tasks that had no run for `keepDays`, sessions included, and what is left of them in the mirrors.
 * @param isInUse asked right before a folder is removed
 */
export async function sweepOldTasks(of: {
  home: string;
  keepDays: number;
  isInUse: (name: string) => boolean;
  now: number;
  log: Log;
}): Promise<void> {
  const { home, log } = of;
  const mirrors = await mirrorsIn(home);
  for (const name of await namesIn(join(home, "tasks"))) {
    const folder = join(home, "tasks", name);
    if ((await usedAt(folder)) > of.now - of.keepDays * dayMs || of.isInUse(name)) continue;
    await discard(home, folder);
    const task = /-(TASK-\d+)$/.exec(name)?.[1];
    for (const one of mirrors) {
      const isIts = task !== undefined && name === taskFolderName({ repository: one.repository, task });
      const mirror = isIts ? mirrorOnDisk(home, one) : null;
      if (mirror !== null && task !== undefined) await forgetTask(mirror, task);
    }
    log.info({ folder: name }, "what was left of an old task was removed");
  }
}

/** Packs the mirrors, once a day, and forgets saved work of long ago. For when nothing runs. */
export async function tidyMirrors(home: string, now: number): Promise<void> {
  const note = join(home, "tidied");
  if ((await changedAt(note)) > now - tidyDays * dayMs) return;
  for (const one of await mirrorsIn(home)) {
    const mirror = mirrorOnDisk(home, one);
    if (mirror === null) continue;
    await forgetRecovery(mirror, new Date(now - savedDays * dayMs));
    await tidyMirror(mirror);
  }
  await writeFile(note, "", { mode: 0o600 });
  await utimes(note, new Date(now), new Date(now));
}

/** When a task had its last run here: the end of it is noted, its beginning made the folders. */
async function usedAt(folder: string): Promise<number> {
  const times = await Promise.all([folder, join(folder, "last-run.json"), join(folder, "settings")].map(changedAt));
  return Math.max(...times);
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
