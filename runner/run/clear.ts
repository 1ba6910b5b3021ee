import { unreserveWorktree } from "#runner/git/make-worktree.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { noteUnpushed } from "#runner/unpushed.ts";
import type { RunContext } from "./context.ts";
import { placesOf } from "./places.ts";
import { keepSafe } from "./safe.ts";

/** A runner that is stopping has half a minute for everything (F52). */
const pushMs = 5_000;

/**
 * Removes the worktree after saving what is nowhere else. One whose work cannot be saved is kept aside, and said.
 * @param mayPush true where work that is not on the branch is to be saved on the remote too
 * @returns a sentence about what was saved, or null
 */
export async function clear(
  context: RunContext,
  worktree: Worktree | null,
  { mayPush }: { mayPush: boolean },
): Promise<string | null> {
  if (worktree === null) {
    // It was reserved for an instance that started early, and nothing came of it.
    await unreserveWorktree(placesOf(context).work);
    return null;
  }
  if (mayPush) await keepSafe(context, worktree, AbortSignal.timeout(pushMs));
  const removal = await worktree.remove(context.memory.now.recovery?.ref ?? null);
  if (removal.keptAt !== null) {
    context.log.warn({ task: context.offer.task, at: removal.keptAt }, "work could not be saved and is kept aside");
    return `The unpushed work could not be saved, so the worktree was not removed: it is at ${removal.keptAt} on the runner's machine.`;
  }
  if (removal.recovery === null) return null;
  if (removal.recovery.sha !== context.memory.now.recovery?.sha) {
    const { task, runId, epoch, repository, cloneUrl } = context.offer;
    const { ref } = removal.recovery;
    noteUnpushed(context.options.home, { task, runId, epoch, repository, cloneUrl, ref, baseSha: worktree.baseSha });
  }
  return `The unpushed work is kept as ${removal.recovery.ref}; \`cc-orchestrator task recover ${context.offer.task}\` on the runner's machine brings it back.`;
}
