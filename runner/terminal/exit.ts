import { existsSync } from "node:fs";
import { constants } from "node:os";
import { readJson, terminalFiles, writeOnce } from "./files.ts";

/** How an instance ended. */
export interface Exit {
  /** As shells tell it: 128 + the signal's number when a signal ended it. Null when nobody saw the end. */
  code: number | null;
  signal: string | null;
  /** `exited` by itself, `killed` by a signal, `terminal_lost` when its terminal went from under it. */
  reason: "exited" | "killed" | "terminal_lost";
  /** ISO 8601. */
  at: string;
  /** Set when the kernel counted an out-of-memory kill while the instance ran and SIGKILL ended it (F04, F47). */
  oom?: true;
  /** Why we stopped it; the first reason given. Absent when it was not stopped. */
  stopped?: string;
}

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));
/** The signals that end a process by being sent to it; other codes above 128 are a program's own. */
const ENDING = new Set([
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGABRT",
  "SIGKILL",
  "SIGSEGV",
  "SIGBUS",
  "SIGPIPE",
  "SIGTERM",
]);

/**
 * The exit of a process, told the same way whether we saw the signal or a wrapper (sandbox, shell, Claude Code itself)
 * turned it into 128 + n.
 */
export function exitOf(code: number | null, signal: NodeJS.Signals | null, now: Date): Exit {
  const at = now.toISOString();
  if (signal !== null) return { code: 128 + constants.signals[signal], signal, reason: "killed", at };
  const named = code === null ? undefined : SIGNALS.get(code - 128);
  if (named !== undefined && ENDING.has(named)) return { code, signal: named, reason: "killed", at };
  return { code, signal: null, reason: "exited", at };
}

/** Records the exit for good. The first record stands. @returns the one that stands */
export function recordExit(folder: string, exit: Exit): Exit {
  writeOnce(terminalFiles(folder).exit, `${JSON.stringify(exit)}\n`);
  return readExit(folder) ?? exit;
}

/** Null while the instance runs, and when it ended without anyone to record it. */
export function readExit(folder: string): Exit | null {
  const exit = readJson<Exit>(terminalFiles(folder).exit);
  const stop = readJson<{ reason: string }>(terminalFiles(folder).stop);
  if (exit === null || stop === null) return exit;
  return { ...exit, stopped: stop.reason };
}

/** Whether somebody has asked this instance to stop, alive or not. */
export function isStopped(folder: string): boolean {
  return existsSync(terminalFiles(folder).stop);
}
