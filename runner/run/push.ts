import type { Mirror } from "#runner/git/mirror.ts";
import { pushBranch, remoteTip } from "#runner/git/push-branch.ts";
import { monotonic } from "#runner/monotonic.ts";
import { backoffMs, pause } from "#runner/pause.ts";
import type { RunContext } from "./context.ts";
import { credentialFor } from "./credential.ts";
import { RunFailure } from "./failure.ts";

/** How long a remote that cannot be reached is tried again before the run is given up. */
const patienceMs = 5 * 60_000;
/** What may be over a moment later. */
const passing: readonly string[] = ["network", "timed_out", "killed"];

/**
 * Pushes one commit of the mirror to the task's branch, when the lease is sure; nothing is done when it is there
 * already. Before and after it is written down, so that after a crash the remote can be asked whether it arrived.
 * @throws RunFailure
 */
export async function pushCommit(
  context: RunContext,
  what: { mirror: Mirror; branch: string; sha: string },
): Promise<void> {
  const { memory } = context;
  if (memory.now.pushed === what.sha) return;
  await context.lease.whileHeld(context.leaving, (signal) => pushWith(context, what, signal));
  memory.keep({ pushed: what.sha, pushing: null });
}

async function pushWith(
  context: RunContext,
  { mirror, branch, sha }: Parameters<typeof pushCommit>[1],
  signal: AbortSignal,
): Promise<void> {
  const { memory, offer } = context;
  const deadline = monotonic() + patienceMs;
  for (let tries = 1; ; tries += 1) {
    const to = {
      mirror,
      url: offer.cloneUrl,
      branch,
      credential: await credentialFor(context, "write", signal),
      signal,
    };
    await settleEarlier(context, to);
    memory.keep({ pushing: sha });
    const outcome = await pushBranch({ ...to, sha, expect: memory.now.pushed, rewrite: offer.update === "rebase" });
    if (outcome.kind === "pushed") return;
    signal.throwIfAborted();
    const isPassing = passing.includes(outcome.reason);
    if (!isPassing || monotonic() > deadline) {
      throw new RunFailure(
        isPassing ? "push_failed" : `push_${outcome.reason}`,
        `The branch ${branch} could not be pushed: ${outcome.sentence}`,
        "What Claude did is kept on the runner's machine under a recovery ref of its mirror.",
      );
    }
    context.log.warn({ task: offer.task, reason: outcome.reason }, "a push did not go through and is tried again");
    await pause(backoffMs(tries, Math.random()), signal);
  }
}

/** An earlier push whose end nobody saw, because the runner was killed: did it arrive? */
async function settleEarlier(context: RunContext, to: Parameters<typeof remoteTip>[0]): Promise<void> {
  const { pushing, pushed } = context.memory.now;
  if (pushing === null || pushing === pushed) return;
  const tip = await remoteTip(to).catch((error: unknown) => {
    // The push that follows meets the same and tells it better.
    context.log.warn({ task: context.offer.task, error: String(error) }, "the remote could not be asked for a branch");
    return null;
  });
  if (tip === pushing) context.memory.keep({ pushed: pushing, pushing: null });
}
