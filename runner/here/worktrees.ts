import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readContained } from "#runner/git/contained.ts";
import { openWorktree } from "#runner/git/make-worktree.ts";
import { openMirror } from "#runner/git/mirror.ts";
import { readJournal } from "#runner/journal.ts";

/** A task's files on this machine. */
export type WorktreeHere = {
  /** `TASK-12` */
  task: string;
  repository: string;
  path: string;
  branch: string | null;
  /** A run that has not ended works in it, or will. */
  isBusy: boolean;
  /** The runner's folder that it belongs to. */
  home: string;
};

/** The worktrees of the runners whose folders these are. */
export async function worktreesHere(homes: readonly string[]): Promise<WorktreeHere[]> {
  const found: WorktreeHere[] = [];
  for (const home of homes) {
    const tasks = join(home, "tasks");
    if (!existsSync(tasks)) continue;
    const busy = new Set(readJournal(home).map(({ offer }) => `${offer.repository} ${offer.task}`));
    for (const name of readdirSync(tasks)) {
      const [, owner, repo, task] = /^([^+]+)\+(.+)-(TASK-\d+)$/.exec(name) ?? [];
      const work = join(tasks, name, "work");
      if (owner === undefined || repo === undefined || task === undefined || !existsSync(join(work, "tree"))) continue;
      const repository = `${owner}/${repo}`;
      const isBusy = busy.has(`${repository} ${task}`);
      found.push({ task, repository, path: join(work, "tree"), branch: await branchOf(work), isBusy, home });
    }
  }
  return found;
}

/**
 * Removes a worktree after what is in no branch of the remote was saved to a recovery ref. The caller has seen to it that
 * nothing works in it.
 * @returns the ref, or the folder that was kept whole; null for a folder that is not a worktree any more
 */
export async function removeHere(one: WorktreeHere): Promise<{ saved: string | null; keptAt: string | null } | null> {
  const folder = join(one.path, "..");
  const config = await readContained(folder, join("repo.git", "config"), 65_536);
  const url = /^\turl = "(.*)"$/m.exec(config ?? "")?.[1];
  if (url === undefined) return null;
  // The agent may have written another address: the mirror of that one knows nothing of this folder.
  const mirror = openMirror({ home: one.home, repository: one.repository, url });
  const worktree = await openWorktree({ mirror, folder });
  if (worktree === null) return null;
  const { recovery, keptAt, deleted } = await worktree.remove();
  await deleted;
  return { saved: recovery?.ref ?? null, keptAt };
}

async function branchOf(work: string): Promise<string | null> {
  const head = await readContained(work, join("repo.git", "worktrees", "tree", "HEAD"), 4_096);
  return /^ref: refs\/heads\/(\S+)/.exec(head ?? "")?.[1] ?? null;
}
