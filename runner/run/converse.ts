import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { renderRepair } from "#protocol/repair-message.ts";
import { userLine } from "#runner/claude/message.ts";
import { outcomeOf } from "#runner/claude/outcome.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import type { Exit } from "#runner/terminal/exit.ts";
import { terminalFiles } from "#runner/terminal/files.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";
import type { RunContext } from "./context.ts";
import { RunFailure } from "./failure.ts";
import { followInstance, type Instance } from "./instance.ts";
import { placesOf } from "./places.ts";
import type { Prepared } from "./prepare.ts";
import { publish } from "./publish.ts";
import { startClaude, terminalName } from "./start-claude.ts";
import { StopError } from "./stop.ts";
import { openTalk } from "./talk.ts";
import { verify } from "./verify.ts";

/** How long Claude Code may take to leave after its standard input was closed. */
const leaveMs = 30_000;
const stopGrace = { interruptMs: 10_000, termMs: 10_000 };

/** Claude Code tries a refused login again and again; a wrong key does not get right by that. */
const unauthorised = 401;
const hopelessTries = 2;
type Refusal = { status: number | null };

/** How the conversation ended well. */
export type Conversation = { summary: string; hasChanges: boolean };

/**
 * Lets Claude work until the repository's own commands are satisfied: after each turn the work is pushed and verified, and
 * a failure goes back into the same session, a bounded number of times.
 * @throws RunFailure
 */
export async function converse(context: RunContext, { worktree, begun }: Prepared): Promise<Conversation> {
  const { memory } = context;
  context.report({ kind: "step", step: "claude", state: "started" });
  const terminal = await adoptOrStart(context, worktree);
  const talk = openTalk(context, 0);
  const told = { started: false };
  const refusal: Refusal = { status: null };
  const instance: Instance = followInstance(terminal, (event, end) => {
    if (event.kind === "retry" && event.status === unauthorised && event.attempt >= hopelessTries) {
      refusal.status = event.status;
      endNow(context, instance);
    }
    if (end <= memory.now.reported) return;
    talk.hear(event, worktree.path);
    if (event.kind === "started" && !told.started) {
      told.started = true;
      tellStart(context, terminal, event);
    }
    if (event.kind === "turnEnded") memory.keep({ reported: end });
  });
  const ticker = setInterval(() => talk.progress(instance.progress()), 1_000);
  const onStop = () => endNow(context, instance);
  context.stopping.addEventListener("abort", onStop, { once: true });
  if (context.stopping.aborted) onStop();
  try {
    return await inTurns(context, { worktree, begun }, instance, refusal, () => talk.progress(instance.progress()));
  } finally {
    clearInterval(ticker);
    context.stopping.removeEventListener("abort", onStop);
    await leave(context, instance);
    talk.progress(instance.progress());
    talk.flush();
  }
}

async function inTurns(
  context: RunContext,
  { worktree, begun }: Prepared,
  instance: Instance,
  refusal: Refusal,
  tell: () => void,
): Promise<Conversation> {
  const { memory } = context;
  const rounds = context.offer.policy.verify_rounds;
  for (;;) {
    const n = memory.now.turnsHandled + 1;
    const { turn, exit } = await instance.turn(n);
    tell();
    // Out of time, the work so far is still worth pushing; cancelled or taken away, nothing is.
    if (!isOutOfTime(context.stopping)) context.stopping.throwIfAborted();
    const outcome = outcomeOf({
      lastTurn: turn,
      exit: exit ?? { code: 0, signal: null },
      stderr: readErrors(instance.terminal),
      limit: instance.progress().limit,
      refusedStatus: refusal.status,
    });
    context.report({ kind: "step", step: "claude", state: outcome.kind === "finished" ? "passed" : "failed" });
    await begun;
    const published = await publish(context, worktree, memory.now.pushed);
    memory.keep({ pushed: published?.sha ?? memory.now.pushed });
    context.stopping.throwIfAborted();
    if (outcome.kind !== "finished") throw failureOf(outcome, refusal.status === null ? exit : null);
    const failed = await verify(context, worktree, n - 1);
    const summary = context.redact(turn?.text ?? "");
    if (failed === null) return { summary, hasChanges: published !== null };
    if (n > rounds) {
      throw new RunFailure(
        "verify_failed",
        `${failed.sentence} ${rounds === 0 ? "" : `Claude tried to repair it ${rounds === 1 ? "once" : `${rounds} times`}.`}\n\n${failed.output.slice(-1_200)}`,
        "The work is on the branch: mend it there, or put the label back to try again.",
      );
    }
    context.report({ kind: "step", step: "claude", state: "started", detail: `repairing: ${failed.sentence}` });
    await instance.terminal.send(userLine(renderRepair({ ...failed, round: n, rounds }), randomUUID()));
    memory.keep({ turnsHandled: n });
  }
}

function isOutOfTime(stopping: AbortSignal): boolean {
  return stopping.reason instanceof StopError && stopping.reason.why === "time_limit";
}

function failureOf(
  outcome: Exclude<ReturnType<typeof outcomeOf>, { kind: "finished" }>,
  exit: Exit | null,
): RunFailure {
  if (exit?.reason === "terminal_lost") {
    return new RunFailure(
      "terminal_lost",
      "The terminal that Claude Code ran in was taken away.",
      "It is tried again.",
    );
  }
  switch (outcome.kind) {
    case "usage_limit": {
      const until = new Date(outcome.until ?? Date.now() + 15 * 60_000).toISOString();
      return new RunFailure("usage_limit", outcome.sentence, outcome.advice, "failure", until);
    }
    case "waiting":
      return new RunFailure(
        "question_asked",
        "Claude asked a question, and answering is not possible here yet.",
        "Say in the issue what it needs to know, then put the label back.",
      );
    case "failed":
      return new RunFailure(outcome.reason, outcome.sentence, outcome.advice);
  }
}

async function adoptOrStart(context: RunContext, worktree: Worktree): Promise<Terminal> {
  const there = await context.terminals.adopt(terminalName(context), placesOf(context).instance);
  return there ?? (await startClaude(context, worktree));
}

function tellStart(
  context: RunContext,
  terminal: Terminal,
  event: { sessionId: string; version: string; model: string },
): void {
  context.report({
    kind: "started",
    sessionId: event.sessionId,
    claudeVersion: event.version,
    model: event.model,
    sandbox: context.sandboxKind,
    attach: terminal.attachCommand().join(" ").slice(0, 500),
  });
}

/** Closes the conversation; one that does not leave is stopped. */
async function leave(context: RunContext, instance: Instance): Promise<void> {
  await instance.terminal.end();
  const late = setTimeout(() => endNow(context, instance), leaveMs);
  const exit = await instance.ended;
  clearTimeout(late);
  context.log.info({ task: context.offer.task, exit }, "instance ended");
  await instance.terminal.remove();
}

/** Stops the instance in three steps; that it has ended shows in the instance itself. */
function endNow(context: RunContext, instance: Instance): void {
  instance.terminal.stop("the run was stopped", stopGrace).catch((error: unknown) => {
    context.log.error({ task: context.offer.task, error: String(error) }, "an instance could not be stopped");
  });
}

function readErrors(terminal: Terminal): string {
  try {
    return readFileSync(terminalFiles(terminal.folder).errors, "utf8").slice(-4_000);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
