import { type Client, RefusedError } from "#protocol/client.ts";
import { openRedactor } from "#protocol/redact.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { JournalEntry } from "./journal.ts";
import type { Lease } from "./lease.ts";
import type { Log, RunnerConfig } from "./options.ts";
import { runReportLoop } from "./report-loop.ts";
import { openReportSpool } from "./report-spool.ts";
import { carryOut } from "./run/carry-out.ts";
import { openRunClock } from "./run/clock.ts";
import { openMemory } from "./run/memory.ts";
import { StopError } from "./run/stop.ts";
import type { SandboxKind } from "./sandbox/plan.ts";
import type { Terminals } from "./terminal/terminals.ts";
import type { Wishes } from "./wishes.ts";
import type { Words } from "./words.ts";

export type RunParts = {
  options: RunnerConfig;
  client: Client;
  terminals: Terminals;
  sandboxKind: SandboxKind;
  /** Secrets that this runner knows, to be taken out of everything that leaves the machine. */
  secrets: readonly string[];
  log: Log;
  /** Fires when the runner is told to stop at once. */
  stopNow: AbortSignal;
  /** The login that the instances share is at its limit until then. */
  limited: (until: Date) => void;
  words: Words;
  wishes: Wishes;
};

/** A runner that is stopping has half a minute for everything (F52). */
const lastReportsMs = 3_000;

/**
 * Carries out one journalled run, its reports on their way to the server meanwhile.
 * @param isTakenUp whether it was begun before
 * @returns true when the server knows how it ended, so that the journal may forget it
 */
export async function runOne(parts: RunParts, entry: JournalEntry, lease: Lease, isTakenUp: boolean): Promise<boolean> {
  const { options, client, log } = parts;
  const spool = openReportSpool(entry.folder, () => new Date());
  const redactor = openRedactor({ secrets: [...parts.secrets] });
  const memory = openMemory(entry.folder, entry.offer);
  const clock = openRunClock(memory, minutesOf(entry.offer, options) * 60_000);
  const stopNow = new AbortController();
  const failed = new AbortController();
  const onStop = () => stopNow.abort(new StopError("runner_stopping"));
  parts.stopNow.addEventListener("abort", onStop, { once: true });
  const reported = new AbortController();
  const giveUp = new AbortController();
  const reporting = runReportLoop({ client, spool, lease, stop: reported.signal, giveUp: giveUp.signal, log });
  try {
    const ended = await carryOut({
      offer: entry.offer,
      folder: entry.folder,
      options,
      client,
      lease,
      terminals: parts.terminals,
      sandboxKind: parts.sandboxKind,
      memory,
      log,
      isTakenUp,
      stopping: AbortSignal.any([lease.ended, clock.over, stopNow.signal, failed.signal]),
      leaving: AbortSignal.any([lease.ended, stopNow.signal]),
      report: (body, mark) => spool.add(body, mark),
      words: parts.words.of(entry.offer.runId),
      wishes: parts.wishes.of(entry.offer.runId),
      clock,
      heard: (instance) => spool.heard(instance),
      limited: parts.limited,
      fail: (cause) => failed.abort(cause),
      secrets: parts.secrets,
      redact: (text) => redactor.redact(text),
    });
    log.info({ task: entry.offer.task, run: entry.offer.runId, ended }, "run ended");
    if (ended === "gone") giveUp.abort();
    reported.abort();
    // A server that is away when the runner stops gets the rest from the journal later.
    const late = parts.stopNow.aborted ? setTimeout(() => giveUp.abort(), lastReportsMs) : undefined;
    parts.stopNow.addEventListener("abort", () => giveUp.abort(), { once: true });
    const isRefused = (await reporting) === "refused";
    clearTimeout(late);
    if (isRefused || ended === "gone") return true;
    return spool.isEmpty() && (ended === "reported" || (await release(parts, entry)));
  } finally {
    clock.close();
    parts.stopNow.removeEventListener("abort", onStop);
    giveUp.abort();
    await reporting;
    spool.close();
    parts.words.forget(entry.offer.runId);
    parts.wishes.forget(entry.offer.runId);
  }
}

/** How many minutes a run may take: what its repository's policy says, or what the operator allows when that is less. */
function minutesOf(offer: RunOffer, { limits }: RunnerConfig): number {
  return Math.min(offer.policy.limits.minutes, limits?.minutes ?? Number.POSITIVE_INFINITY);
}

/** @returns whether the server has it back; if not, it is taken up again or the lease runs out */
async function release({ client, log }: RunParts, { offer }: JournalEntry): Promise<boolean> {
  try {
    await client("release", { params: { run: offer.runId }, body: { epoch: offer.epoch }, timeoutMs: 5_000 });
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.problem.code === "stale_lease") return true;
    log.warn({ task: offer.task, error: String(error) }, "the run could not be given back");
    return false;
  }
}
