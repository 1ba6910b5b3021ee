import type { Client } from "#protocol/client.ts";
import { openRedactor } from "#protocol/redact.ts";
import type { JournalEntry } from "./journal.ts";
import type { Lease } from "./lease.ts";
import type { Log, RunnerConfig } from "./options.ts";
import { runReportLoop } from "./report-loop.ts";
import { openReportSpool } from "./report-spool.ts";
import { carryOut } from "./run/carry-out.ts";
import { openMemory } from "./run/memory.ts";
import { StopError } from "./run/stop.ts";
import type { SandboxKind } from "./sandbox/plan.ts";
import type { Terminals } from "./terminal/terminals.ts";

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
};

/**
 * Carries out one journalled run, its reports on their way to the server meanwhile.
 * @returns true when the server knows how it ended, so that the journal may forget it
 */
export async function runOne(parts: RunParts, entry: JournalEntry, lease: Lease): Promise<boolean> {
  const { options, client, log } = parts;
  const spool = openReportSpool(entry.folder, () => new Date());
  const redactor = openRedactor({ secrets: [...parts.secrets] });
  const outOfTime = new AbortController();
  const timer = setTimeout(
    () => outOfTime.abort(new StopError("time_limit")),
    entry.offer.policy.limits.minutes * 60_000,
  );
  const stopNow = new AbortController();
  const failed = new AbortController();
  const onStop = () => stopNow.abort(new StopError("runner_stopping"));
  parts.stopNow.addEventListener("abort", onStop, { once: true });
  const reported = new AbortController();
  const giveUp = new AbortController();
  const reporting = runReportLoop({ client, spool, lease, stop: reported.signal, giveUp: giveUp.signal });
  try {
    const ended = await carryOut({
      offer: entry.offer,
      folder: entry.folder,
      options,
      client,
      lease,
      terminals: parts.terminals,
      sandboxKind: parts.sandboxKind,
      memory: openMemory(entry.folder, entry.offer.headSha),
      log,
      stopping: AbortSignal.any([lease.ended, outOfTime.signal, stopNow.signal, failed.signal]),
      report: (body) => spool.add(body),
      fail: (cause) => failed.abort(cause),
      redact: (text) => redactor.redact(text),
    });
    log.info({ task: entry.offer.task, run: entry.offer.runId, ended }, "run ended");
    if (ended === "gone") giveUp.abort();
    reported.abort();
    // A server that is away when the runner stops gets the rest from the journal later.
    if (parts.stopNow.aborted) giveUp.abort();
    else parts.stopNow.addEventListener("abort", () => giveUp.abort(), { once: true });
    await reporting;
    if (ended === "release") await release(parts, entry);
    return ended !== "reported" || spool.isEmpty();
  } finally {
    clearTimeout(timer);
    parts.stopNow.removeEventListener("abort", onStop);
    giveUp.abort();
    await reporting;
    spool.close();
  }
}

async function release({ client, log }: RunParts, { offer }: JournalEntry): Promise<void> {
  try {
    await client("release", { params: { run: offer.runId }, body: { epoch: offer.epoch }, timeoutMs: 5_000 });
  } catch (error) {
    // The lease runs out by itself, and the server starts the run again.
    log.warn({ task: offer.task, error: String(error) }, "the run could not be given back");
  }
}
