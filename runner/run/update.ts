import { join } from "node:path";
import { readContained, writeContained } from "#runner/git/contained.ts";
import type { Mirror } from "#runner/git/mirror.ts";
import { taskRef } from "#runner/git/task-objects.ts";
import { replaceIndex, repositoryFolder, treeFolder } from "#runner/git/task-repository.ts";
import { planMerge, planRebase } from "#runner/git/update-branch.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import type { RunContext } from "./context.ts";
import type { Unverified, Update } from "./memory.ts";

/** Files in conflict that are larger than this are not searched for markers. */
const searchedBytes = 5 * 1024 * 1024;

/** Works out how the branch comes up to date with its base; null when that is not what the run is for. */
export async function planUpdate(
  { offer }: RunContext,
  mirror: Mirror,
  of: { tip: string; base: string; branch: string },
): Promise<Update | null> {
  if (offer.update === undefined) return null;
  const ours = await mirror.resolve(taskRef(offer.task, "head"));
  // What this machine has beyond the branch was never published, and is part of the work.
  const head = ours !== null && (await mirror.contains(ours, of.tip)) ? ours : of.tip;
  const base = offer.baseBranch ?? (await mirror.defaultBranch()) ?? "the base";
  const names = { branch: of.branch, base };
  const plan =
    offer.update === "rebase"
      ? await planRebase(mirror, { head, base: of.base, author: offer.author })
      : await planMerge(mirror, { head, base: of.base, names });
  return { ...plan, isApplied: false };
}

/**
 * Puts the update's files into the worktree, conflict markers included, as changes that nobody has committed yet. Only before
 * an instance has heard its first word.
 */
export async function applyUpdate(context: RunContext, worktree: Worktree): Promise<void> {
  const { memory } = context;
  const { update } = memory.now;
  if (update === null || update.isApplied) return;
  if (update.tree !== null) {
    const { tree } = update;
    await worktree.trusted.withIndex(update.start, async (run) => {
      await run(["read-tree", "--reset", "-u", tree], { timeoutMs: 1_800_000 });
    });
    await worktree.trusted.changes(update.start);
    await replaceIndex(worktree.folder, worktree.trusted.indexFile);
    if (update.merged !== null) {
      const own = join(repositoryFolder, "worktrees", treeFolder);
      await writeContained(worktree.folder, join(own, "MERGE_HEAD"), `${update.merged}\n`);
      await writeContained(worktree.folder, join(own, "MERGE_MSG"), `${update.message}\n`);
      await writeContained(worktree.folder, join(own, "MERGE_MODE"), "");
    }
  }
  memory.keep({ update: { ...update, isApplied: true } });
}

/** Conflicts that were not resolved: nothing is pushed before they are. Null when there are none. */
export async function conflictsLeft({ memory }: RunContext, worktree: Worktree): Promise<Unverified | null> {
  const left: string[] = [];
  for (const path of memory.now.update?.conflicts ?? []) {
    const text = await readContained(worktree.path, path, searchedBytes);
    if (text !== null && /^(?:<{7}|>{7}) /m.test(text)) left.push(path);
  }
  if (left.length === 0) return null;
  const sentence = `Conflict markers are left in ${left.length === 1 ? left[0] : `${left.length} files`}.`;
  return { command: "", output: "", sentence: sentence.slice(0, 500), conflicts: left };
}

/** What the commit says that takes up everything Claude has left uncommitted. */
export async function messageFor({ offer, memory }: RunContext, worktree: Worktree): Promise<string> {
  const { update } = memory.now;
  const usual = `${offer.title}\n\n${offer.task}`;
  if (update === null || update.message === "" || (await worktree.head()) !== update.start) return usual;
  return update.message;
}
