import type { TurnEnd } from "#runner/claude/events.ts";
import { type Outcome, outcomeOf } from "#runner/claude/outcome.ts";
import { askedOf } from "#runner/claude/questions.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { readIfThere } from "#runner/read-if-there.ts";
import type { Exit } from "#runner/terminal/exit.ts";
import { isStopped } from "#runner/terminal/exit.ts";
import { terminalFiles } from "#runner/terminal/files.ts";
import { attend } from "./attend.ts";
import type { RunContext } from "./context.ts";
import type { Delivery } from "./deliver.ts";
import { QuestionAsked } from "./ending.ts";
import { RunFailure } from "./failure.ts";
import type { Instance } from "./instance.ts";
import { failureOf, wasOverLimit } from "./instance-failure.ts";
import type { Opening, Unverified } from "./memory.ts";
import { isPlanning } from "./planning.ts";
import type { Prepared } from "./prepared.ts";
import { publish } from "./publish.ts";
import { passOn, whyRevive } from "./revive.ts";
import { dropSaved } from "./safe.ts";
import { say, wasTakenIn } from "./say.ts";
import { spentBy } from "./spent.ts";
import { StopError } from "./stop.ts";
import { passToPerson, takenOver, takeoverWanted } from "./takeover.ts";
import { conflictsLeft } from "./update.ts";
import { verify } from "./verify.ts";
import { capReached, leftUndone, outOfSoftTime, passOnToWrapUp, wrapUpAfterMs } from "./wrap-up.ts";

/** How the conversation ended well. */
export type Conversation = { summary: string; hasChanges: boolean };

/** The status for which the model's API refuses the login, once it is known. */
export type Refusal = { status: number | null };

/** The instance that the conversation is with. */
export type Partner = {
  instance: Instance;
  isAdopted: boolean;
  refusal: Refusal;
  delivery: Delivery;
  tell(): void;
  end(why: string): void;
};

/**
 * Goes through the turns of one instance: what was asked, what came of it, push, verification, and the next question.
 * What of this was done before a crash is not done again.
 * @returns null when another instance is to go on with the session
 * @throws RunFailure
 */
export async function inTurns(
  context: RunContext,
  { worktree, begun }: Prepared,
  partner: Partner,
): Promise<Conversation | null> {
  const { memory } = context;
  const { instance } = partner;
  for (;;) {
    const n = memory.now.turnsHandled + 1;
    const { turn, exit, count } = await turnOf(context, worktree, partner, n);
    partner.tell();
    // Out of time, the work so far is still worth pushing; cancelled or taken away, nothing is.
    if (!isOutOfTime(context.stopping)) context.stopping.throwIfAborted();
    const wish = takeoverWanted(context);
    if (exit?.stopped === takenOver && wish !== null && !context.stopping.aborted) {
      passToPerson(context, wish, spentBy(instance.progress()));
      return null;
    }
    if (exit !== null && partner.refusal.status === null && !context.stopping.aborted) {
      const why = whyRevive(context, exit, partner.isAdopted);
      if (why !== null) {
        context.log.warn({ task: context.offer.task, exit }, "an instance was lost; another one takes its session up");
        const opening = await openingAfter(context, n, why);
        passOn(context, opening, spentBy(instance.progress()));
        return null;
      }
    }
    const outcome = outcomeFor(partner, turn, exit);
    const cap = capReached(context, outcome, exit);
    if (cap !== null) {
      context.log.info({ task: context.offer.task, cap }, "a limit is near: another instance wraps up");
      passOnToWrapUp(context, cap, spentBy(instance.progress()));
      return null;
    }
    const isFinished = outcome.kind === "finished" && !wasOverLimit(exit);
    if (outcome.kind !== "waiting") {
      context.report(
        { kind: "step", step: "claude", state: isFinished ? "passed" : "failed" },
        { key: `claude ${memory.now.instance}.${count}` },
      );
    }
    await begun;
    const isPlan = isPlanning(context.offer);
    const conflicts = isPlan ? null : await conflictsLeft(context, worktree);
    const published = conflicts === null && !isPlan ? await publish(context, worktree) : null;
    context.stopping.throwIfAborted();
    if (outcome.kind === "usage_limit") context.limited(new Date(outcome.until ?? Date.now() + 15 * 60_000));
    if (outcome.kind === "waiting") throw questionOf(context, outcome);
    if (outcome.kind !== "finished") throw failureOf(outcome, partner.refusal.status === null ? exit : null);
    if (conflicts !== null) {
      memory.keep({ verified: { instance: memory.now.instance, turn: count, failed: conflicts } });
      askForRepair(context, conflicts, n);
      continue;
    }
    const failed = isPlan ? null : await verify(context, worktree, count);
    if (failed === null && partner.delivery.hasMore() && instance.exit() === null) {
      context.report(
        { kind: "step", step: "claude", state: "started", detail: "reading what was said" },
        { key: `said ${memory.now.instance}.${count}` },
      );
      continue;
    }
    const late = takeoverWanted(context);
    if (failed === null && late !== null) {
      passToPerson(context, late, spentBy(instance.progress()));
      return null;
    }
    if (failed === null) {
      const undone = isPlan ? null : leftUndone(context, context.redact(turn?.text ?? ""));
      if (undone !== null) throw new RunFailure("wrapped_up", undone.sentence, undone.advice);
      await dropSaved(context, worktree);
      return { summary: context.redact(turn?.text ?? ""), hasChanges: published !== null };
    }
    askForRepair(context, failed, n);
  }
}

/** Says what the turn is to answer, and waits for its end. */
async function turnOf(
  context: RunContext,
  worktree: Worktree,
  partner: Partner,
  n: number,
): Promise<{ turn: TurnEnd; count: number; exit: null } | { turn: null; count: number; exit: Exit }> {
  const { instance } = partner;
  if (!(await say(context, worktree, instance, n))) return { turn: null, count: n, exit: await instance.ended };
  const unattend = attend(context, worktree, instance, partner.end);
  const softMs = wrapUpAfterMs(context.offer.policy.limits, context.memory.now);
  const soft = softMs === null ? undefined : setTimeout(() => partner.end(outOfSoftTime), softMs);
  try {
    const ended = await withWords(context, partner, n);
    // Who is told to stop ends the turn first: what counts is why.
    const wasStopped = ended.turn?.terminalReason?.startsWith("aborted") && isStopped(instance.terminal.folder);
    return wasStopped ? { turn: null, count: n, exit: await instance.ended } : ended;
  } finally {
    clearTimeout(soft);
    await unattend();
  }
}

/** The turn's end; what people say meanwhile is given to the instance at once. */
async function withWords(context: RunContext, { instance, delivery }: Partner, n: number): ReturnType<typeof turnOf> {
  let isListening = true;
  let posting: Promise<unknown> = Promise.resolve();
  const post = () => {
    if (!isListening) return;
    posting = posting.then(() => delivery.post()).catch((error: unknown) => context.fail(error));
  };
  const unlisten = context.words.listen(post);
  try {
    for (;;) {
      await posting;
      const ended = await instance.turn(n, delivery.isOpen);
      isListening = false;
      await posting;
      const isOver = ended.exit !== null || ended.turn.isError || ended.turn.deferred !== null || !delivery.isOpen();
      if (isOver) return ended.exit === null ? ended : { ...ended, count: n };
      // What was posted in the last moment begins another turn by itself.
      isListening = true;
      post();
    }
  } finally {
    unlisten();
  }
}

/** Claude asks something that a person can answer, or something else of which we know nothing. */
function questionOf(context: RunContext, { deferred }: Extract<Outcome, { kind: "waiting" }>): Error {
  const asked = askedOf(deferred, (text) => context.redact(text));
  if (asked !== null) return new QuestionAsked(asked);
  return new RunFailure(
    "question_unreadable",
    `Claude waits for an answer to something that cannot be shown here (${deferred.name}).`,
    "Say what it needs to know.",
  );
}

/** What the next instance is told: that it was interrupted, or what the lost one never took in. */
async function openingAfter(context: RunContext, n: number, why: string): Promise<Opening> {
  const { opening, verified, rounds } = context.memory.now;
  if (await wasTakenIn(context, n)) return { kind: "interrupted", why };
  if (n === 1 || verified?.failed == null) return opening;
  return { kind: "repair", failed: verified.failed, round: rounds, rounds: context.offer.policy.verify_rounds };
}

function outcomeFor({ instance, refusal }: Partner, turn: TurnEnd | null, exit: Exit | null): Outcome {
  return outcomeOf({
    lastTurn: turn,
    exit: exit ?? { code: 0, signal: null },
    stderr: (readIfThere(terminalFiles(instance.terminal.folder).errors) ?? "").slice(-4_000),
    limit: instance.progress().limit,
    refusedStatus: refusal.status,
  });
}

/** Writes down that the next turn is to repair what failed. @throws RunFailure when that was asked for often enough */
function askForRepair(context: RunContext, failed: Unverified, n: number): void {
  const { memory } = context;
  const rounds = context.offer.policy.verify_rounds;
  const { rounds: done, instance } = memory.now;
  const tried = rounds === 0 ? "" : ` Claude tried to repair it ${rounds === 1 ? "once" : `${rounds} times`}.`;
  if (done >= rounds && failed.conflicts !== undefined) {
    const advice = "Nothing of this was pushed. The conflicts may be resolved by hand on the branch.";
    throw new RunFailure("conflicts_left", `${failed.sentence}${tried}`, advice);
  }
  if (done >= rounds) {
    throw new RunFailure(
      "verify_failed",
      `${failed.sentence}${tried}\n\n${failed.output.slice(-1_200)}`,
      "The work is on the branch, and may be mended there.",
    );
  }
  memory.keep({ turnsHandled: n, rounds: done + 1 });
  context.report(
    { kind: "step", step: "claude", state: "started", detail: `repairing: ${failed.sentence}` },
    { key: `repair ${instance}.${n}` },
  );
}

function isOutOfTime(stopping: AbortSignal): boolean {
  return stopping.reason instanceof StopError && stopping.reason.why === "time_limit";
}
