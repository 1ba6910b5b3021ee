import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { openClient } from "#protocol/client.ts";
import type { RunOffer } from "#protocol/run.ts";
import { runClaimLoop } from "./claim-loop.ts";
import { checkClaude } from "./claude/check.ts";
import { runHeartbeatLoop } from "./heartbeat-loop.ts";
import { type JournalEntry, openJournal } from "./journal.ts";
import { type Lease, openLease } from "./lease.ts";
import { monotonic } from "./monotonic.ts";
import type { Log, RunnerConfig } from "./options.ts";
import { type RunParts, runOne } from "./run-one.ts";
import { detectSandbox } from "./sandbox/detect.ts";
import { openTerminals } from "./terminal/terminals.ts";
import { runWantsLoop } from "./wants-loop.ts";

/** A running runner. */
export type RunnerProgram = {
  /** Claims nothing more and lets what runs finish. */
  drain(): Promise<void>;
  /** Stops what runs, saves its work and gives the runs back. */
  stop(): Promise<void>;
  /** Settles when the runner has ended; rejects when it cannot go on. */
  readonly done: Promise<void>;
};

/** The machine is not ready for runs; the message says what to do. */
export class NotReadyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotReadyError";
  }
}

/**
 * Starts a runner: it takes up what an earlier one left in its journal, then claims runs until it is drained or stopped.
 * @throws NotReadyError
 */
export async function startRunner(
  options: RunnerConfig,
  { log, once = false }: { log: Log; once?: boolean },
): Promise<RunnerProgram> {
  await mkdir(options.home, { recursive: true, mode: 0o700 });
  const claude = await checkClaude({ program: options.claude });
  if ("problem" in claude) throw new NotReadyError(`${claude.problem.sentence} ${claude.problem.advice}`);
  const sandboxKind = await detectSandbox();
  log.info({ server: options.server, claude: claude.version, sandbox: sandboxKind }, "runner starts");

  const client = openClient(options.server, options.credential);
  const journal = openJournal(options.home);
  const leases = new Map<number, Lease>();
  const running = new Set<Promise<void>>();
  const draining = new AbortController();
  const stopNow = new AbortController();
  const allDone = new AbortController();
  const changes = new EventTarget();
  let outdated = new AbortController();

  const parts: RunParts = {
    options,
    client,
    terminals: openTerminals({ home: options.home, socket: options.tmuxSocket }),
    sandboxKind,
    secrets: options.modelKeyFile === null ? [] : [readFileSync(options.modelKeyFile, "utf8").trim()],
    log,
    stopNow: stopNow.signal,
  };
  const freeSlots = () => options.slots - leases.size;

  function begin(entry: JournalEntry, claimedAt: number): void {
    const { runId, epoch, leaseSeconds } = entry.offer;
    const lease = openLease({ runId, epoch, leaseSeconds, claimedAt });
    leases.set(runId, lease);
    tellChange();
    const run = runOne(parts, entry, lease)
      .then((isOver) => {
        if (isOver) journal.finish(entry);
      })
      .catch((error: unknown) => log.error({ run: runId, error: describe(error) }, "a run could not be carried out"))
      .finally(() => {
        leases.delete(runId);
        running.delete(run);
        tellChange();
      });
    running.add(run);
  }

  function tellChange(): void {
    outdated.abort();
    outdated = new AbortController();
    changes.dispatchEvent(new Event("change"));
  }
  async function waitUntil(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    while (!isSo() && !signal.aborted) {
      const over = new AbortController();
      await new Promise<void>((resolve) => {
        const done = { once: true, signal: over.signal };
        changes.addEventListener("change", () => resolve(), done);
        signal.addEventListener("abort", () => resolve(), done);
      });
      over.abort();
    }
  }

  for (const entry of journal.unfinished()) {
    log.info({ task: entry.offer.task, run: entry.offer.runId }, "takes up a run again");
    begin(entry, monotonic());
  }
  const heart = runHeartbeatLoop({
    client,
    home: options.home,
    leases,
    freeSlots,
    isDraining: () => draining.signal.aborted,
    stop: allDone.signal,
    log,
  });
  const wanting = runWantsLoop({
    client,
    leases,
    waitForRun: (signal) => waitUntil(() => leases.size > 0, signal),
    changed: () => outdated.signal,
    stop: allDone.signal,
  });
  const claiming = runClaimLoop({
    client,
    server: options.server,
    freeSlots,
    waitForRoom: (signal) => waitUntil(() => freeSlots() > 0, signal),
    take(offer: RunOffer, claimedAt: number) {
      log.info({ task: offer.task, run: offer.runId, repository: offer.repository }, "claimed a run");
      begin(journal.begin(offer), claimedAt);
      if (once) draining.abort();
    },
    stop: draining.signal,
    log,
  });

  async function untilDone(): Promise<void> {
    try {
      await claiming;
      while (running.size > 0) await Promise.all(running);
    } finally {
      allDone.abort();
      await Promise.all([heart, wanting]);
      await parts.terminals.close();
    }
  }
  const done = untilDone();
  return {
    done,
    async drain() {
      draining.abort();
      await done;
    },
    async stop() {
      draining.abort();
      stopNow.abort();
      await done;
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
