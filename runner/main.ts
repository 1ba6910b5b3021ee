import { mkdir } from "node:fs/promises";
import { openClient } from "#protocol/client.ts";
import { openRedactor } from "#protocol/redact.ts";
import type { RunOffer } from "#protocol/run.ts";
import { runClaimLoop } from "./claim-loop.ts";
import { checkClaude } from "./claude/check.ts";
import { runHeartbeatLoop } from "./heartbeat-loop.ts";
import { openHeldRuns } from "./held-runs.ts";
import { HomeHeldError, holdHome } from "./hold-home.ts";
import { holderOf, RunnerInUseError } from "./holder.ts";
import { runHousekeepingLoop } from "./housekeeping-loop.ts";
import { openJournal } from "./journal.ts";
import type { Log, RunnerConfig } from "./options.ts";
import { pause } from "./pause.ts";
import { openRoom } from "./room.ts";
import type { RunParts } from "./run-one.ts";
import { detectSandbox } from "./sandbox/detect.ts";
import { runSaveLoop, sendAllUnpushed } from "./save-loop.ts";
import { secretsOf } from "./secrets.ts";
import { openShowing } from "./show-terminal.ts";
import { clearStrays } from "./strays.ts";
import { sweepWorktrees, taskFolderName } from "./sweep-home.ts";
import { openTerminals } from "./terminal/terminals.ts";
import { tryTerminal } from "./try-terminal.ts";
import { runWantsLoop } from "./wants-loop.ts";
import { openWishes } from "./wishes.ts";
import { openWords } from "./words.ts";

/** A running runner. */
export type RunnerProgram = {
  /** Claims nothing more and lets what runs finish, or hands it over after the minutes that the operator has set. */
  drain(): Promise<void>;
  /** Stops what runs, saves its work and gives the runs back. */
  stop(): Promise<void>;
  /** Settles when the runner has ended; rejects when it cannot go on. */
  readonly done: Promise<void>;
};

/** How often memory and disk are looked at while there is too little. */
const roomMs = 2_000;
/** A runner that is told to stop has ended by then, whatever is in its way (F52). */
const stopMs = 28_000;
/** Of what a job of GitHub Actions has after it was cancelled, so much is for what is still to be sent. */
const lastSaveMs = 4_000;

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

  const home = await holdHome(options.home).catch((error: unknown) => {
    throw error instanceof HomeHeldError ? new NotReadyError(error.message) : error;
  });
  const holder = holderOf(options.home);
  const client = openClient(options.server, options.credential);
  const room = openRoom(options.home, { floors: options.floors ?? {}, now: () => new Date() });
  const journal = openJournal(options.home);
  const words = openWords();
  const wishes = openWishes();
  const draining = new AbortController();
  const stopNow = new AbortController();
  const allDone = new AbortController();

  const parts: RunParts = {
    options,
    client,
    terminals: openTerminals({ home: options.home, socket: options.tmuxSocket }),
    sandboxKind,
    secrets: secretsOf(options),
    log,
    stopNow: stopNow.signal,
    limited: room.limited,
    words,
    wishes,
  };
  const trouble = await tryTerminal(parts.terminals, options.home, sandboxKind);
  if (trouble !== null) {
    await home.release();
    throw new NotReadyError(
      `A program cannot be run in a terminal on this machine: ${trouble}. See: cc-orchestrator doctor`,
    );
  }
  const showing = openShowing({
    server: options.server,
    terminals: parts.terminals,
    redact: openRedactor({ secrets: parts.secrets }).redact,
    failed: (run, error) => log.warn({ run, error: describe(error) }, "a terminal could not be shown"),
  });
  const held = openHeldRuns({ parts, journal, slots: options.slots, ended: (run) => showing.end(run) });

  /** A slot, memory, disk and a login that is not at its limit; memory and disk can only be looked at now and then. */
  async function waitForRoom(signal: AbortSignal): Promise<void> {
    let told: string | null = null;
    while (!signal.aborted) {
      await held.waitUntil(() => held.freeSlots() > 0, signal);
      const obstacle = room.obstacle();
      if (obstacle === null) {
        if (told !== null && !signal.aborted) log.info("claims runs again");
        return;
      }
      if (told !== obstacle.code) log.warn({ reason: obstacle }, "claims no run now");
      told = obstacle.code;
      await pause(roomMs, signal);
    }
  }

  const { entries, unreadable } = journal.unfinished();
  for (const folder of unreadable) log.error({ folder }, "a run of the journal could not be read and was set aside");
  await clearStrays({ options, terminals: parts.terminals, log });
  const known = new Set(entries.map(({ offer }) => taskFolderName(offer)));
  await sweepWorktrees({ home: options.home, known, log });
  for (const entry of entries) {
    log.info({ task: entry.offer.task, run: entry.offer.runId }, "takes up a run again");
    held.begin(entry, null);
  }
  let refused: RunnerInUseError | null = null;
  /** Somebody else works under our name: nothing of what runs here is ours any more. */
  const giveUp = (error: unknown) => {
    if (!(error instanceof RunnerInUseError)) throw error;
    refused = error;
    draining.abort();
    for (const lease of held.leases.values()) lease.end("stale");
  };
  // Nobody waits for it at the end: what it has begun, it leaves in order however it ends.
  void runHousekeepingLoop({
    options,
    client,
    isInUse: held.isInUse,
    isIdle: () => held.leases.size === 0,
    terminals: parts.terminals,
    stop: allDone.signal,
    log,
  });
  const saving = runSaveLoop({ ...parts, changed: held.changed, stop: allDone.signal });
  const heart = runHeartbeatLoop({
    client,
    holder,
    room,
    leases: held.leases,
    freeSlots: held.freeSlots,
    isDraining: () => draining.signal.aborted,
    drain: () => draining.abort(),
    stop: allDone.signal,
    log,
  }).catch(giveUp);
  const wanting = runWantsLoop({
    client,
    leases: held.leases,
    words,
    wishes,
    showing,
    waitForRun: (signal) => held.waitUntil(() => held.leases.size > 0, signal),
    changed: held.changed,
    stop: allDone.signal,
  });
  const claiming = runClaimLoop({
    client,
    server: options.server,
    holder,
    leases: held.leases,
    freeSlots: held.freeSlots,
    waitForRoom,
    take(offer: RunOffer, claimedAt: number) {
      log.info({ task: offer.task, run: offer.runId, repository: offer.repository }, "claimed a run");
      held.begin(journal.begin(offer), claimedAt);
      if (once) draining.abort();
    },
    stop: draining.signal,
    log,
  });

  async function untilDone(): Promise<void> {
    try {
      await claiming.catch(giveUp);
      await held.allEnded();
      if (options.isEphemeral === true) await sendAllUnpushed(parts, AbortSignal.timeout(lastSaveMs));
      if (refused !== null) throw refused;
    } finally {
      allDone.abort();
      showing.close();
      await Promise.all([heart, wanting, saving]);
      await parts.terminals.close();
      await home.release();
    }
  }
  const done = untilDone();
  return {
    done,
    async drain() {
      draining.abort();
      if (options.drainMinutes === undefined) return await done;
      const over = new AbortController();
      await Promise.race([done, pause(options.drainMinutes * 60_000, over.signal)]);
      over.abort();
      if (held.running() === 0) return await done;
      log.info({ runs: held.running() }, "hands over what still runs");
      await stop();
    },
    stop,
  };

  async function stop(): Promise<void> {
    draining.abort();
    stopNow.abort();
    const patience = new AbortController();
    await Promise.race([done, pause(stopMs, patience.signal)]);
    patience.abort();
    if (held.running() > 0) {
      log.error({ runs: held.running() }, "not everything could be stopped in time; the next start takes it up");
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
