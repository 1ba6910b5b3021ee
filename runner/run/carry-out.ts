import { RefusedError } from "#protocol/client.ts";
import type { Asked } from "#protocol/question.ts";
import type { Reason } from "#protocol/words.ts";
import { GitError } from "#runner/git/git.ts";
import { RewrittenHistoryError } from "#runner/git/import-branch.ts";
import { openWorktree } from "#runner/git/make-worktree.ts";
import { openMirror } from "#runner/git/mirror.ts";
import { TaskRepositoryError } from "#runner/git/task-repository.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { LeaseError } from "#runner/lease.ts";
import { sweepCommands } from "#runner/sandbox/sweep.ts";
import { clear } from "./clear.ts";
import type { RunContext } from "./context.ts";
import { converse } from "./converse.ts";
import { dismiss } from "./early.ts";
import { type Ending, QuestionAsked } from "./ending.ts";
import { RunFailure } from "./failure.ts";
import { keepUpdate } from "./kept-update.ts";
import { noteLastWords } from "./last-words.ts";
import { markOf, placesOf } from "./places.ts";
import { isPlanning, planEnding } from "./planning.ts";
import { prepare } from "./prepare.ts";
import type { Prepared } from "./prepared.ts";
import { passOn } from "./revive.ts";
import { setUp } from "./set-up.ts";
import { nothingSpent } from "./spent.ts";
import { StopError } from "./stop.ts";

const sweepMs = 5_000;

/**
 * Carries one run out, from worktree to pushed branch, and reports how it ended. The worktree is removed when its work is
 * safe: on the remote, or under a recovery ref of the mirror. May be called again after a crash at any point, and goes on
 * where it was.
 * @returns `release` when the run should go back to the queue, as this runner is stopping; `gone` when it is not ours any more
 */
export async function carryOut(context: RunContext): Promise<"reported" | "release" | "gone"> {
  const { memory } = context;
  if (context.isTakenUp) await sweepCommands(markOf(context), sweepMs);
  if (memory.now.ending !== null) return await conclude(context, await worktreeOf(context), memory.now.ending);
  if (memory.now.asked !== null) return waitForAnswer(context, memory.now.asked);
  let worktree: Worktree | null = null;
  try {
    const prepared = await prepare(context);
    worktree = prepared.worktree;
    return await conclude(context, worktree, await work(context, prepared));
  } catch (error) {
    if (error instanceof QuestionAsked && !context.stopping.aborted) return waitForAnswer(context, error.asked);
    const known = whyStopped(context, error);
    const left = worktree ?? (await worktreeOf(context));
    if (known !== "release" && known !== "gone") return await conclude(context, left, known);
    // Whoever takes the run up next, perhaps this runner, goes on with the session in a new instance.
    passOn(context, { kind: "interrupted", why: "the program that runs you was stopped." }, nothingSpent);
    memory.keep({ isSetUp: false });
    noteLastWords(placesOf(context).task, {
      sessionId: context.offer.sessionId,
      sentence: "the program that runs you was stopped.",
    });
    await clear(context, left, { mayPush: known === "release" });
    return known;
  }
}

async function work(context: RunContext, prepared: Prepared): Promise<Ending> {
  try {
    await setUp(context, prepared.worktree).catch(async (error: unknown) => {
      await dismiss(prepared.early);
      throw error;
    });
    const { summary, hasChanges } = await converse(context, prepared);
    return endingOf(context, summary, hasChanges);
  } finally {
    // However it ends, the branch that people are to look at is there first.
    await prepared.begun;
  }
}

/** The worktree stays as it is for whoever goes on with the answer; all of the work in it was pushed, save in the midst of a merge. */
function waitForAnswer(context: RunContext, asked: Asked): "reported" {
  context.memory.keep({ asked });
  keepUpdate(context, asked.toolUseId);
  context.report({ kind: "asked", ...asked }, { key: "asked" });
  return "reported";
}

/** From here on the end is decided: a crash changes nothing about it. */
async function conclude(context: RunContext, worktree: Worktree | null, ending: Ending): Promise<"reported"> {
  context.memory.keep({ ending });
  noteLastWords(placesOf(context).task, {
    sessionId: context.offer.sessionId,
    sentence: ending.reason?.sentence ?? null,
  });
  const kept = await clear(context, worktree, { mayPush: ending.conclusion !== "success" });
  context.report({ kind: "completed", ...withKept(ending, kept) }, { key: "completed" });
  return "reported";
}

function worktreeOf(context: RunContext): Promise<Worktree | null> {
  const { offer, options } = context;
  const mirror = openMirror({ home: options.home, repository: offer.repository, url: offer.cloneUrl });
  return openWorktree({ mirror, folder: placesOf(context).work });
}

function endingOf(context: RunContext, summary: string, hasChanges: boolean): Ending {
  const bounded = summary.slice(0, 16_000);
  if (isPlanning(context.offer)) return planEnding(bounded);
  if (hasChanges) return { conclusion: "success", summary: bounded };
  return {
    conclusion: "failure",
    summary: bounded,
    reason: {
      code: "no_changes",
      sentence: "Claude ended without changing a file.",
      advice: "Its closing words say why.",
    },
  };
}

function whyStopped(context: RunContext, error: unknown): Ending | "release" | "gone" {
  const cause: unknown = context.stopping.aborted ? context.stopping.reason : error;
  if (cause instanceof StopError && cause.why === "runner_stopping") return "release";
  if (cause instanceof StopError) {
    const { minutes: allowed } = context.options.limits ?? {};
    const minutes = Math.min(context.offer.policy.limits.minutes, allowed ?? Number.POSITIVE_INFINITY);
    return ending("timed_out", {
      code: "time_limit",
      sentence: `The run took longer than its ${minutes} minutes.`,
      advice: "Another run has as much time again; `limits.minutes` in the policy file allows more at once.",
    });
  }
  if (cause instanceof LeaseError) {
    if (cause.why !== "cancelled") return "gone";
    return ending("cancelled", { code: "cancelled", sentence: "The run was stopped as asked." });
  }
  if (cause instanceof RefusedError && cause.problem.code === "stale_lease") return "gone";
  if (cause instanceof RunFailure) return ending(cause.conclusion, redacted(context, cause.reason));
  const damage = damageOf(cause, placesOf(context).work);
  if (damage !== null) return ending("failure", redacted(context, damage));
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
    advice: "The runner's log tells more.",
  });
}

/** What became of git, or of the worktree while Claude had it (F35). */
function damageOf(cause: unknown, tree: string): Reason | null {
  if (cause instanceof GitError && cause.wasKilled) {
    return {
      code: "git_killed",
      sentence: `git was killed on the runner's machine: ${cause.message}`,
      advice: "A machine that is short of memory kills programs so.",
    };
  }
  const isGone = cause instanceof GitError && /must be run in a work tree|cannot chdir/.test(cause.stderr);
  if (cause instanceof Error && (cause instanceof TaskRepositoryError || isGone || isLost(cause, tree))) {
    return {
      code: "worktree_damaged",
      sentence: `The worktree was deleted or damaged while Claude worked in it: ${cause.message}`,
      advice: "What was pushed before is on the branch.",
    };
  }
  if (cause instanceof RewrittenHistoryError) {
    return {
      code: "history_rewritten",
      sentence: cause.message,
      advice: "The work is kept on the runner's machine.",
    };
  }
  return null;
}

/** A file or folder of the worktree that should be there is not. */
function isLost(cause: Error, tree: string): boolean {
  if (!("code" in cause) || !("path" in cause)) return false;
  return cause.code === "ENOENT" && String(cause.path).startsWith(tree);
}

function ending(conclusion: Ending["conclusion"], reason: Reason): Ending {
  return { conclusion, reason, summary: "" };
}

function redacted(context: RunContext, reason: Reason): Reason {
  return { ...reason, sentence: context.redact(reason.sentence).slice(0, 2_000) };
}

function withKept(end: Ending, kept: string | null): Ending {
  if (kept === null || end.reason === undefined) return end;
  return { ...end, reason: { ...end.reason, advice: `${kept} ${end.reason.advice ?? ""}`.trim() } };
}
