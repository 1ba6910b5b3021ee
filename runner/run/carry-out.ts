import { RefusedError } from "#protocol/client.ts";
import type { Reason, RunConclusion } from "#protocol/words.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { LeaseError } from "#runner/lease.ts";
import type { RunContext } from "./context.ts";
import { converse } from "./converse.ts";
import { RunFailure } from "./failure.ts";
import { type Prepared, prepare, setUp } from "./prepare.ts";
import { StopError } from "./stop.ts";

type Ending = { conclusion: Exclude<RunConclusion, "lost">; reason?: Reason; summary: string };

/**
 * Carries one run out, from worktree to pushed branch, and reports how it ended. The worktree is removed when its work is
 * safe: on the remote, or under a recovery ref of the mirror.
 * @returns `release` when the run should go back to the queue, as this runner is stopping; `gone` when it is not ours any more
 */
export async function carryOut(context: RunContext): Promise<"reported" | "release" | "gone"> {
  let worktree: Worktree | null = null;
  let ending: Ending;
  try {
    const prepared = await prepare(context);
    worktree = prepared.worktree;
    ending = await work(context, prepared);
  } catch (error) {
    const known = whyStopped(context, error);
    if (known === "release" || known === "gone") {
      await clear(context, worktree);
      return known;
    }
    ending = known;
  }
  const kept = await clear(context, worktree);
  context.report({ kind: "completed", ...withKept(ending, kept) });
  return "reported";
}

async function work(context: RunContext, prepared: Prepared): Promise<Ending> {
  try {
    await setUp(context, prepared.worktree);
    const { summary, hasChanges } = await converse(context, prepared);
    return endingOf(context, summary, hasChanges);
  } finally {
    // However it ends, the branch that people are to look at is there first.
    await prepared.begun;
  }
}

function endingOf(context: RunContext, summary: string, hasChanges: boolean): Ending {
  const bounded = summary.slice(0, 16_000);
  if (hasChanges) return { conclusion: "success", summary: bounded };
  return {
    conclusion: "failure",
    summary: bounded,
    reason: {
      code: "no_changes",
      sentence: "Claude ended without changing a file.",
      advice: `Its closing words say why; say more in the issue, then put the label ${context.offer.policy.label} back.`,
    },
  };
}

function whyStopped(context: RunContext, error: unknown): Ending | "release" | "gone" {
  const cause: unknown = context.stopping.aborted ? context.stopping.reason : error;
  if (cause instanceof StopError && cause.why === "runner_stopping") return "release";
  if (cause instanceof StopError) {
    const minutes = context.offer.policy.limits.minutes;
    return ending("timed_out", {
      code: "time_limit",
      sentence: `The run took longer than its ${minutes} minutes.`,
      advice: "Raise limits.minutes in .github/cc-orchestrator.yml or split the task, then put the label back.",
    });
  }
  if (cause instanceof LeaseError) {
    if (cause.why !== "cancelled") return "gone";
    return ending("cancelled", { code: "cancelled", sentence: "The run was stopped as asked." });
  }
  if (cause instanceof RefusedError && cause.problem.code === "stale_lease") return "gone";
  if (cause instanceof RunFailure) return ending(cause.conclusion, redacted(context, cause.reason));
  context.log.error(
    {
      task: context.offer.task,
      error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    },
    "a run failed in a way that nobody foresaw",
  );
  return ending("failure", {
    code: "runner_failed",
    sentence: context
      .redact(`The runner failed: ${cause instanceof Error ? cause.message : String(cause)}`)
      .slice(0, 2_000),
    advice: "The runner's log tells more. Put the label back to try again.",
  });
}

function ending(conclusion: Ending["conclusion"], reason: Reason): Ending {
  return { conclusion, reason, summary: "" };
}

function redacted(context: RunContext, reason: Reason): Reason {
  return { ...reason, sentence: context.redact(reason.sentence).slice(0, 2_000) };
}

/** Removes the worktree after saving what is nowhere else. @returns a sentence about what was saved, or null */
async function clear(context: RunContext, worktree: Worktree | null): Promise<string | null> {
  if (worktree === null) return null;
  const removal = await worktree.remove();
  if (removal.keptAt !== null) {
    context.log.warn({ task: context.offer.task, at: removal.keptAt }, "work could not be saved and is kept aside");
    return `The unpushed work is kept at ${removal.keptAt} on the runner's machine.`;
  }
  return removal.recovery === null
    ? null
    : `The unpushed work is kept as ${removal.recovery.ref} in the runner's mirror.`;
}

function withKept(end: Ending, kept: string | null): Ending {
  if (kept === null || end.reason === undefined) return end;
  return { ...end, reason: { ...end.reason, advice: `${kept} ${end.reason.advice ?? ""}`.trim() } };
}
