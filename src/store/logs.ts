import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logs } from "#operations/ports/store.ts";
import { LogLine } from "#protocol/report.ts";
import { readLastLines } from "./last-lines.ts";

export type OpenLogs = Logs & {
  /** Nothing stays open between two calls; here so that whoever opens it need not know that. */
  close(): void;
};

/**
 * The logs of runs: `<folder>/<task id>/<run id>.jsonl`, one JSON line each, only ever appended to.
 * They are not synced to disk line by line: a power failure may cost the last seconds, never what came before.
 */
export function openLogs(folder: string): OpenLogs {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    append: (taskId, runId, lines) => {
      if (lines.length === 0) return;
      const ofTask = join(folder, String(taskId));
      mkdirSync(ofTask, { recursive: true, mode: 0o700 });
      appendWhole(join(ofTask, `${runId}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    },
    read: (taskId, tail) => readTail(join(folder, String(taskId)), tail),
    tasks: () => numbered(folder, /^(\d+)$/),
    remove: (taskId) => rm(join(folder, String(taskId)), { recursive: true, force: true }),
    close: () => undefined,
  };
}

/** Appends on a line of its own, even where an earlier write stopped in the middle of a line. */
function appendWhole(path: string, text: string): void {
  const file = openSync(path, "a+", 0o600);
  try {
    writeFileSync(file, isTorn(file) ? `\n${text}` : text);
  } finally {
    closeSync(file);
  }
}

function isTorn(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

async function readTail(folder: string, tail: number): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for (const run of await runsOf(folder)) {
    if (found.length >= tail) break;
    const texts = await readLastLines(join(folder, `${run}.jsonl`), tail - found.length);
    found.unshift(...texts.flatMap(linesOf));
  }
  return found;
}

/** Ids of the runs with a log, newest first. */
async function runsOf(folder: string): Promise<number[]> {
  return (await numbered(folder, /^(\d+)\.jsonl$/)).sort((one, other) => other - one);
}

/** The numbers in the names of a folder's entries; none when there is no such folder. */
async function numbered(folder: string, pattern: RegExp): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
}

/** The line, or nothing where it was torn or is none of ours. */
function linesOf(text: string): LogLine[] {
  try {
    const line = LogLine.safeParse(JSON.parse(text));
    return line.success ? [line.data] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
