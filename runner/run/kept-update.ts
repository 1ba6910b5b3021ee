import { join } from "node:path";
import { z } from "zod";
import { openWorktree } from "#runner/git/make-worktree.ts";
import type { Mirror } from "#runner/git/mirror.ts";
import { listRecovery, parentOf } from "#runner/git/recovery.ts";
import { treeOf } from "#runner/git/task-objects.ts";
import { TaskRepositoryError } from "#runner/git/task-repository.ts";
import { readIfThere } from "#runner/read-if-there.ts";
import { writeWhole } from "#runner/write-whole.ts";
import type { RunContext } from "./context.ts";
import type { Memory } from "./memory.ts";
import { placesOf } from "./places.ts";

const KeptUpdate = z.object({
  toolUseId: z.string(),
  branch: z.string(),
  baseSha: z.string(),
  pushed: z.string(),
  update: z.object({
    start: z.string(),
    tree: z.string().nullable(),
    merged: z.string().nullable(),
    conflicts: z.array(z.string()),
    message: z.string(),
  }),
});

/** Notes in the task's folder which merge or rebase is unfinished while Claude waits for the answer to a question. */
export function keepUpdate({ memory, offer, options, folder }: RunContext, toolUseId: string): void {
  const { update, branch, baseSha, pushed } = memory.now;
  if (update === null || branch === null || baseSha === null || pushed === null) return;
  const path = pathIn(placesOf({ memory, offer, options, folder }).task);
  writeWhole(path, JSON.stringify({ toolUseId, branch, baseSha, pushed, update }));
}

/**
 * The merge or rebase in whose midst Claude asked what is answered now, as Claude left it: in the worktree, or as it was
 * saved when that was swept meanwhile. Whatever the base has become since is another update.
 * @param tip where the task's branch stands now
 * @returns null when there is none, or when somebody has pushed to the branch: it is worked out anew then
 */
export async function takeUpUpdate(context: RunContext, mirror: Mirror, tip: string): Promise<Partial<Memory> | null> {
  const places = placesOf(context);
  const text = readIfThere(pathIn(places.task));
  const kept = text === null ? null : KeptUpdate.safeParse(JSON.parse(text));
  if (!kept?.success || kept.data.toolUseId !== context.offer.answer?.toolUseId) return null;
  const { branch, baseSha, pushed, update } = kept.data;
  if (pushed !== tip) return null;
  const known = { branch, baseSha, startSha: null, pushed };
  if (await isThere(mirror, places.work, update.start)) return { ...known, update: { ...update, isApplied: true } };
  const saved = (await listRecovery(mirror, context.offer.task)).at(-1);
  if (saved === undefined || (await parentOf(mirror, saved.sha)) !== update.start) return null;
  const tree = await treeOf(mirror, saved.sha);
  return { ...known, update: { ...update, tree, isApplied: false } };
}

async function isThere(mirror: Mirror, folder: string, start: string): Promise<boolean> {
  try {
    const worktree = await openWorktree({ mirror, folder });
    return worktree !== null && (await mirror.contains(await worktree.head(), start));
  } catch (error) {
    if (error instanceof TaskRepositoryError) return false;
    throw error;
  }
}

function pathIn(taskFolder: string): string {
  return join(taskFolder, "unfinished-update.json");
}
