import type { StreamEvent } from "#runner/claude/events.ts";
import { LeaseError } from "#runner/lease.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";
import type { RunContext } from "./context.ts";
import { type Delivery, openDelivery } from "./deliver.ts";
import { followInstance, type Instance } from "./instance.ts";
import type { Prepared } from "./prepared.ts";
import { adoptOrStart } from "./start-claude.ts";
import { StopError } from "./stop.ts";
import { letPersonWork, takenOver, takeoverWanted } from "./takeover.ts";
import { openTalk } from "./talk.ts";
import type { Conversation } from "./turns.ts";
import { inTurns, type Refusal } from "./turns.ts";

/** How long Claude Code may take to leave after its standard input was closed. */
const leaveMs = 30_000;
/** A runner that is stopping has half a minute for everything (F52). */
const stopGrace = { interruptMs: 5_000, termMs: 5_000 };
/** A cancelled job of GitHub Actions has ten seconds for everything, and its work is still to be saved after this. */
const jobsGrace = { interruptMs: 1_500, termMs: 1_000 };

/** Claude Code tries a refused login again and again; a wrong key does not get right by that. */
const unauthorised = 401;
const hopelessTries = 2;

/**
 * Lets Claude work until the repository's own commands are satisfied: after each turn the work is pushed and verified, and
 * a failure goes back into the same session, a bounded number of times. An instance that is lost through no doing of its
 * own is followed by another one on the same session.
 * @throws RunFailure
 */
export async function converse(context: RunContext, prepared: Prepared): Promise<Conversation> {
  for (;;) {
    const { takenOver } = context.memory.now;
    if (takenOver !== null) {
      await letPersonWork(context, prepared, takenOver);
      continue;
    }
    const conversation = await withInstance(context, prepared);
    if (conversation !== null) return conversation;
  }
}

/** @returns null when another instance is to go on */
async function withInstance(context: RunContext, prepared: Prepared): Promise<Conversation | null> {
  const ordinal = context.memory.now.instance;
  context.report({ kind: "step", step: "claude", state: "started" }, { key: `claude ${ordinal}` });
  const { terminal, isAdopted } = await adoptOrStart(context, prepared);
  if (isAdopted) context.log.info({ task: context.offer.task, terminal: terminal.name }, "adopted an instance");
  const talk = openTalk(context);
  // What an adopted instance has said already is heard before there is anything to deliver.
  let delivery: Delivery | null = null;
  const refusal: Refusal = { status: null };
  let isAtWork = false;
  // Before Claude has taken its request in, there is nothing that a person could go on with.
  const giveWay = () => {
    if (!isAtWork || takeoverWanted(context) === null) return;
    // It would wait for its next message after the interrupt; with none to come it leaves.
    terminal.end().catch((error: unknown) => context.fail(error));
    endNow(context, terminal, takenOver);
  };
  const hear = (events: readonly StreamEvent[], end: number) => {
    talk.hear(events, end, prepared.worktree.path);
    if (events.some((event) => event.kind === "replayed")) delivery?.settle();
    if (!isAtWork && events.some(({ kind }) => kind === "text" || kind === "tool")) {
      isAtWork = true;
      giveWay();
    }
    for (const event of events) {
      if (event.kind === "started") tellStart(context, terminal, event);
      if (event.kind === "retry" && event.status === unauthorised && event.attempt >= hopelessTries) {
        refusal.status = event.status;
        endNow(context, terminal, "login_refused");
      }
    }
  };
  const instance = followInstance(terminal, hear, (error) => context.fail(error));
  const delivering = openDelivery(context, instance);
  delivery = delivering;
  const ticker = setInterval(() => talk.progress(instance.progress()), 1_000);
  const unlisten = context.wishes.listen(giveWay);
  const onStop = () => endNow(context, terminal, whyOf(context.stopping));
  context.stopping.addEventListener("abort", onStop, { once: true });
  if (context.stopping.aborted) onStop();
  try {
    return await inTurns(context, prepared, {
      instance,
      isAdopted,
      refusal,
      delivery: delivering,
      tell: () => talk.progress(instance.progress()),
      end: (why) => endNow(context, terminal, why),
    });
  } finally {
    clearInterval(ticker);
    unlisten();
    context.stopping.removeEventListener("abort", onStop);
    await leave(context, instance);
    talk.progress(instance.progress());
    talk.flush();
  }
}

function tellStart(context: RunContext, terminal: Terminal, event: Extract<StreamEvent, { kind: "started" }>): void {
  context.report(
    {
      kind: "started",
      sessionId: event.sessionId,
      claudeVersion: event.version,
      model: event.model,
      sandbox: context.sandboxKind,
      attach: terminal.attachCommand().join(" ").slice(0, 500),
    },
    { key: `started ${context.memory.now.instance}` },
  );
}

/** Closes the conversation; one that does not leave is stopped. */
async function leave(context: RunContext, instance: Instance): Promise<void> {
  await instance.terminal.end();
  const late = setTimeout(() => endNow(context, instance.terminal, "left_late"), leaveMs);
  const exit = await instance.ended;
  clearTimeout(late);
  context.log.info({ task: context.offer.task, exit }, "instance ended");
  // A person who takes over does so in the same terminal, in which others may be looking on.
  if (context.memory.now.takenOver === null) await instance.terminal.remove();
}

/** Stops the instance in three steps; that it has ended shows in the instance itself. */
function endNow(context: RunContext, terminal: Terminal, why: string): void {
  terminal.stop(why, context.options.isEphemeral === true ? jobsGrace : stopGrace).catch((error: unknown) => {
    context.log.error({ task: context.offer.task, error: String(error) }, "an instance could not be stopped");
  });
}

/** As the instance's record keeps it, for a runner that comes after this one. */
function whyOf(stopping: AbortSignal): string {
  const cause: unknown = stopping.reason;
  return cause instanceof StopError || cause instanceof LeaseError ? cause.why : "run_failed";
}
