import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "#test/world/until.ts";

/** How soon a program that ended is started again. */
const restartMs = 200;

/** One of our programs under a supervisor, as systemd would be: whatever ends it, it is started again. */
export type Supervised = {
  readonly name: string;
  readonly logFile: string;
  /** Null between two lives. */
  pid(): number | null;
  /** Sends a signal to the present life. @returns false between two lives */
  signal(signal: NodeJS.Signals): boolean;
  /** How many lives it has had. */
  lives(): number;
  /** How it ended when nobody had killed it. */
  readonly crashes: string[];
  /** Resolves when the present life has printed that it is ready. */
  ready(): Promise<void>;
  /** Asks it to end in order, and starts it no more. @returns its exit code, or the signal that ended it */
  stop(patienceMs: number): Promise<number | NodeJS.Signals | null>;
};

export function supervise(of: {
  name: string;
  argv: readonly string[];
  env: Record<string, string>;
  logFile: string;
  /** What it prints once it is ready. */
  readyWhen: RegExp;
  /** Whether the world around it is such that it may end by itself, with these last words. */
  mayEnd: (lastWords: string) => boolean;
}): Supervised {
  let child: ChildProcess | null = null;
  let beganAt = 0;
  let lives = 0;
  let stopping = false;
  const crashes: string[] = [];

  function start(): void {
    const [file = "", ...args] = of.argv;
    const log = openSync(of.logFile, "a", 0o600);
    const life = spawn(file, args, { env: of.env, stdio: ["ignore", log, log], detached: true });
    closeSync(log);
    child = life;
    lives += 1;
    beganAt = statSync(of.logFile).size;
    life.once("error", (error) => crashes.push(`${of.name} could not be started: ${error.message}`));
    life.once("exit", (code, signal) => {
      child = null;
      if (stopping) return;
      // Nobody but the adversary, or a machine without memory, kills with this signal.
      if (signal !== "SIGKILL" && !of.mayEnd(tail()))
        crashes.push(`${of.name} ended by itself with ${signal ?? code}: ${tail()}`);
      setTimeout(() => {
        if (!stopping) start();
      }, restartMs);
    });
  }
  function isReady(): boolean {
    return child !== null && of.readyWhen.test(readFileSync(of.logFile, "utf8").slice(beganAt));
  }
  function tail(): string {
    return readFileSync(of.logFile, "utf8").trim().split("\n").slice(-3).join(" | ").slice(-1_500);
  }

  start();
  return {
    name: of.name,
    logFile: of.logFile,
    crashes,
    pid: () => child?.pid ?? null,
    lives: () => lives,
    signal(signal) {
      return child?.kill(signal) ?? false;
    },
    ready: () => until(`${of.name} to be ready`, () => (isReady() ? true : null), 180_000).then(() => undefined),
    async stop(patienceMs) {
      stopping = true;
      const last = child;
      if (last === null) return null;
      const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
        last.once("exit", (code, signal) => resolve(signal ?? code)),
      );
      last.kill("SIGCONT");
      last.kill("SIGTERM");
      const late = pause(patienceMs, "late" as const, { ref: false });
      if ((await Promise.race([ended, late])) === "late") last.kill("SIGKILL");
      return await ended;
    },
  };
}
