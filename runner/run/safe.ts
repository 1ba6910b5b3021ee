import { pushRecovery } from "#runner/git/push-branch.ts";
import { dropRecovery, saveRecovery } from "#runner/git/recovery.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import type { RunContext } from "./context.ts";
import { credentialFor } from "./credential.ts";
import { findingsOf } from "./publish.ts";

/**
 * Saves what no branch of the remote has under the run's recovery ref: in the mirror always, on the remote too when the
 * lease is sure and no secret is in it. Never stops the run: work that could not be saved now is still in the worktree.
 * @param signal gives up on the remote
 */
export async function keepSafe(context: RunContext, worktree: Worktree, signal: AbortSignal): Promise<void> {
  const { memory, offer, log } = context;
  try {
    const { mirror } = worktree;
    const before = memory.now.recovery;
    const saved = await saveRecovery({ mirror, worktree, task: offer.task, instead: before?.ref ?? null });
    if (saved === null || saved.sha === before?.sha) return;
    const findings = await findingsOf(context, mirror, worktree.baseSha, saved.sha);
    const isClean = findings.every((finding) => finding.kind !== "secret");
    if (isClean && (await pushSaved(context, worktree, saved, signal))) memory.keep({ recovery: saved });
    // Without its commit: the next time it is tried again.
    else memory.keep({ recovery: { ref: saved.ref, sha: before?.sha ?? "" } });
    log.info({ task: offer.task, ref: saved.ref, sha: saved.sha }, "saved the work so far");
  } catch (error) {
    if (!signal.aborted) log.warn({ task: offer.task, error: String(error) }, "the work so far could not be saved");
  }
}

/** Takes the run's saved work away once all of it is on the branch. */
export async function dropSaved(context: RunContext, worktree: Worktree): Promise<void> {
  const { memory, offer, log } = context;
  const saved = memory.now.recovery;
  if (saved === null) return;
  try {
    if (saved.sha !== "") await pushSaved(context, worktree, { ref: saved.ref, sha: null }, context.leaving);
    await dropRecovery(worktree.mirror, saved.ref);
    memory.keep({ recovery: null });
  } catch (error) {
    log.warn({ task: offer.task, error: String(error) }, "saved work that is published could not be taken away");
  }
}

async function pushSaved(
  context: RunContext,
  { mirror }: Worktree,
  saved: { ref: string; sha: string | null },
  signal: AbortSignal,
): Promise<boolean> {
  if (context.lease.isFenced() || context.leaving.aborted) return false;
  const leaving = AbortSignal.any([context.leaving, signal]);
  const outcome = await context.lease.whileHeld(leaving, async (held) =>
    pushRecovery({
      mirror,
      url: context.offer.cloneUrl,
      ...saved,
      credential: await credentialFor(context, "write", held),
      signal: held,
    }),
  );
  if (outcome.kind === "pushed") return true;
  context.log.warn({ task: context.offer.task, reason: outcome.reason }, "saved work could not be pushed");
  return false;
}
