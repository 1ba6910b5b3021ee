import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logs, ReportNumber } from "#operations/ports/logs.ts";
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
  /** The newest report in each file, as far as this process wrote it. */
  const newest = new Map<string, ReportNumber>();
  return {
    append: (taskId, runId, lines, report = null) => {
      if (lines.length === 0) return;
      const ofTask = join(folder, String(taskId));
      const path = join(ofTask, `${runId}.jsonl`);
      mkdirSync(ofTask, { recursive: true, mode: 0o700 });
      if (report !== null) {
        const known = newest.get(path);
        newest.delete(path);
        // A file that this process does not know may hold what another one wrote and never acknowledged.
        if (known === undefined || !isBefore(known, report)) dropFrom(path, report);
      }
      const of = report === null ? {} : { of: `${report.epoch}.${report.seq}` };
      appendWhole(path, lines.map((line) => `${JSON.stringify({ ...line, ...of })}\n`).join(""));
      if (report !== null) remember(newest, path, report);
    },
    read: (taskId, tail) => readTail(join(folder, String(taskId)), tail),
    tasks: () => numbered(folder, /^(\d+)$/),
    remove: (taskId) => rm(join(folder, String(taskId)), { recursive: true, force: true }),
    close: () => undefined,
  };
}

/** Runs that log at the same time; of others the file itself is asked. */
const kept = 500;

function remember(newest: Map<string, ReportNumber>, path: string, report: ReportNumber): void {
  newest.set(path, report);
  const [oldest] = newest.keys();
  if (newest.size > kept && oldest !== undefined) newest.delete(oldest);
}

function isBefore(one: ReportNumber, other: ReportNumber): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.seq < other.seq);
}

/**
 * Takes away what was written of this report and of those behind it: it was never acknowledged, for now they come again.
 * Lines go into the file before the transaction with them is through, which a crash or a full disk undoes.
 */
function dropFrom(path: string, report: ReportNumber): void {
  if (!existsSync(path)) return;
  const bytes = readFileSync(path);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.toString("utf8", start, end < 0 ? bytes.length : end);
    const [, epoch, seq] = /"of":"(\d+)\.(\d+)"\}$/.exec(line) ?? [];
    if (epoch !== undefined && !isBefore({ epoch: Number(epoch), seq: Number(seq) }, report)) {
      truncateSync(path, start);
      return;
    }
    start = end < 0 ? bytes.length : end + 1;
  }
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
