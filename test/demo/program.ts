import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { commandOf } from "#test/world/programs.ts";

/** One of our programs, started by its name as a user would, with its talk in a log file. */
export type Program = {
  /** The first line that it prints: a program prints it when it is ready. @throws when it ends before */
  firstLine(): Promise<string>;
  /** Ends it: a signal to drain, after `graceMs` one to stop, then the end of patience. */
  end(graceMs: number): Promise<void>;
  readonly ended: Promise<number | null>;
};

/** @param env the program's whole environment */
export function startProgram(args: readonly string[], env: Record<string, string>, logFile: string): Program {
  const [file = "", ...rest] = commandOf(args);
  const log = openSync(logFile, "a", 0o600);
  // A group of its own: Ctrl-C in the terminal reaches the demo only, which ends its programs in order.
  const child = spawn(file, rest, { env, stdio: ["ignore", "pipe", log], detached: true });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return {
    firstLine: () => firstLineOf(child, ended, args, logFile),
    ended,
    end: (graceMs) => end(child, ended, graceMs),
  };
}

async function firstLineOf(
  child: ChildProcess,
  ended: Promise<number | null>,
  args: readonly string[],
  logFile: string,
): Promise<string> {
  const line = new Promise<string>((resolve) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
    });
  });
  const early = ended.then((code) => {
    const said = readFileSync(logFile, "utf8").trim().split("\n").slice(-5).join("\n");
    throw new Error(`cc-orchestrator ${args.join(" ")} ended with ${code} before it was ready:\n${said}`);
  });
  return Promise.race([line, early]);
}

async function end(child: ChildProcess, ended: Promise<number | null>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const stop = setTimeout(() => child.kill("SIGTERM"), graceMs);
  const kill = setTimeout(() => child.kill("SIGKILL"), graceMs + 30_000);
  await ended;
  clearTimeout(stop);
  clearTimeout(kill);
}
