import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fdatasyncSync, fstatSync, openSync, utimesSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { readProcess } from "#runner/sandbox/processes.ts";
import { signal } from "#runner/sandbox/sweep.ts";
import { findAgent } from "#runner/sandbox/tree.ts";
import { trackDescendants } from "./descendants.ts";
import { type ErrorLog, openErrorLog } from "./error-log.ts";
import { type Exit, exitOf, recordExit } from "./exit.ts";
import { readJson, terminalFiles, writeOnce } from "./files.ts";
import { writeIdentity } from "./identity.ts";
import type { Launch } from "./launch-file.ts";
import { watchLimits } from "./limits.ts";
import { deliverMail } from "./mailbox.ts";
import { outOfMemoryKills, startExpendable } from "./oom.ts";
import { type Render, type Screen, showOutput } from "./view.ts";

/** An agent under way, as its launcher holds it. */
export interface Carried {
  /** Resolves once everything that the agent started is gone and its exit is on disk. */
  exit: Promise<Exit>;
  /** The terminal is gone: end everything, at once. */
  hangUp(): void;
  /** Somebody wants the launcher to end: ask the agent first, insist after a grace. */
  terminate(): void;
}

/** Stands for the agent that could not be started. */
const NO_PROCESS = 0;
const TERM_GRACE_MS = 5_000;
/** How long an instance over a limit may take to end its turn. */
const INTERRUPT_GRACE_MS = 3_000;
/** How long the rest of stderr may take to arrive once the process has ended. */
const STDERR_MS = 2_000;

/**
 * Starts the agent that `launch.json` describes and carries its life:
 *
 *   in/000001.json … ─► its stdin      its stdout ─► out.jsonl ─► shown on the screen      its stderr ─► err.log
 *   its end ─► everything it started is killed ─► exit.json
 *
 * The agent gets a session of its own, so keys pressed in the terminal do not reach it. For a person's screen it is the
 * other way round: the terminal is the agent's, and there is no mailbox and no transcript.
 * @param loadRender is called once the agent is on its way: showing comes second
 */
export function carryInstance(folder: string, screen: Screen, loadRender: () => Promise<Render>): Carried {
  const files = terminalFiles(folder);
  const launch = readJson<Launch>(files.launch);
  if (launch === null) throw new Error(`There is nothing to launch in ${folder}`);
  const isScreen = launch.isScreen === true;
  const output = openSync(files.output, "a", 0o600);
  const errors = openErrorLog(files.errors);
  const killsBefore = outOfMemoryKills();
  const [program = "", ...args] = launch.command;
  const child = startExpendable(() =>
    spawn(program, args, {
      cwd: launch.cwd,
      env: launch.env,
      stdio: isScreen ? "inherit" : ["pipe", output, "pipe"],
      detached: !isScreen,
    }),
  );
  const ended = endOf(child, errors);
  const descendants = trackDescendants(launch, child.pid);
  let isLost = false;
  let isKilled = false;
  const { stdin, stderr } = child;
  if (!isScreen && (stdin === null || stderr === null)) throw new Error("The agent has no pipes");
  writeIdentity(folder, child.pid ?? NO_PROCESS);
  stdin?.on("error", () => undefined);
  stderr?.on("data", errors.write).on("error", () => undefined);
  const stopMail = stdin === null ? () => undefined : deliverMail(folder, stdin);
  const view = loadRender()
    .then((render) => (isScreen ? () => undefined : showOutput(files.output, render, screen)))
    .catch((error: unknown) => {
      // Blind, but the instance goes on.
      screen.write(`The instance's output cannot be shown: ${error}\n`);
      return () => undefined;
    });

  const insist = () => {
    isKilled = true;
    descendants.kill().catch((error: unknown) => errors.write(Buffer.from(`Could not end everything: ${error}\n`)));
  };
  const tell = (name: NodeJS.Signals) => {
    const agent = child.pid === undefined ? null : findAgent(child.pid, launch.sandboxed);
    const found = agent === null ? null : readProcess(agent);
    if (found !== null) signal(found, name);
  };
  const terminate = () => {
    tell("SIGTERM");
    setTimeout(insist, TERM_GRACE_MS).unref();
  };
  const stopWatching = watchLimits({
    limits: launch.limits,
    root: child.pid ?? NO_PROCESS,
    outputBytes: () => fstatSync(output).size,
    exceed(limit) {
      writeOnce(files.stop, `${JSON.stringify({ reason: limit, at: new Date().toISOString() })}\n`);
      tell("SIGINT");
      setTimeout(terminate, INTERRUPT_GRACE_MS).unref();
    },
    runAway: insist,
  });

  const finish = async (): Promise<Exit> => {
    const { code, signal } = await ended;
    // Between us and the agent there may be wrappers, and not each tells a kill as it was.
    const exit = isKilled ? exitOf(null, "SIGKILL", new Date()) : exitOf(code, signal, new Date());
    stopMail();
    stopWatching();
    await descendants.kill();
    if (stderr !== null && !stderr.closed) await Promise.race([closed(stderr), pause(STDERR_MS)]);
    const stopView = await view;
    stopView();
    errors.close();
    fdatasyncSync(output);
    closeSync(output);
    const isOutOfMemory = !isKilled && exit.signal === "SIGKILL" && outOfMemoryKills() > killsBefore;
    const recorded = recordExit(folder, {
      ...exit,
      ...(isLost ? { reason: "terminal_lost" as const } : {}),
      ...(isOutOfMemory ? { oom: true as const } : {}),
    });
    // Whoever waits for the exit watches this file, because it is quiet all the while.
    utimesSync(files.pid, new Date(), new Date());
    return recorded;
  };

  return {
    exit: finish(),
    hangUp() {
      isLost = true;
      insist();
    },
    terminate,
  };
}

function endOf(child: ChildProcess, errors: ErrorLog): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      errors.write(Buffer.from(`The agent could not be started: ${error.message}\n`));
      resolve({ code: 127, signal: null });
    });
  });
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    stream.once("close", () => resolve());
  });
}
