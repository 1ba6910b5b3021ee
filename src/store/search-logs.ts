import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { TextWish } from "#domain/log-search.ts";
import type { FoundInLogs, LinePlace, LogSearch, SearchLogs } from "#operations/ports/log-search.ts";
import { LogLine } from "#protocol/report.ts";
import { linesBackward, type PlacedLine } from "./lines-backward.ts";
import { openPattern } from "./pattern.ts";

/** One search looks for so long; who wants more goes on from where it came to. */
const lookingMs = 2_500;

/** @param folder of the logs, as `openLogs` has it */
export function openLogSearch(folder: string): SearchLogs {
  return async (asked) => {
    const text = openText(asked.text);
    try {
      return await lookThrough(folder, asked, text.test);
    } finally {
      await text.close();
    }
  };
}

type TextTest = (lines: readonly LogLine[]) => boolean[] | Promise<boolean[]>;

function openText(text: TextWish): { test: TextTest; close(): Promise<void> } {
  const close = () => Promise.resolve();
  if (text === null) return { test: (lines) => lines.map(() => true), close };
  if (text.kind === "words") {
    const hasAll = (line: LogLine) => {
      const lower = line.text.toLowerCase();
      return text.words.every((word) => lower.includes(word));
    };
    return { test: (lines) => lines.map(hasAll), close };
  }
  const pattern = openPattern(text.source);
  return {
    test: (lines) => (lines.length === 0 ? [] : pattern.test(lines.map((line) => line.text))),
    close: pattern.close,
  };
}

async function lookThrough(folder: string, asked: LogSearch, test: TextTest): Promise<FoundInLogs> {
  const until = performance.now() + lookingMs;
  const found: FoundInLogs["lines"] = [];
  for (const { taskId, runId } of await logsIn(folder)) {
    const { before } = asked;
    if (before !== null && runId > before.runId) continue;
    if (!asked.wants(taskId, runId)) continue;
    const end = before?.runId === runId ? before.offset : null;
    for await (const lines of linesOf(join(folder, String(taskId), `${runId}.jsonl`), end, asked.since)) {
      const wanted = lines.flatMap((one) => parsed(one, asked.fits));
      const isFitting = await test(wanted.map(({ line }) => line));
      for (const [at, { offset, line }] of wanted.entries()) {
        if (isFitting[at] !== true) continue;
        found.push({ taskId, runId, offset, line });
        if (found.length >= asked.limit) return { lines: found, reached: { taskId, runId, offset } };
      }
      const reached: LinePlace = { taskId, runId, offset: lines.at(-1)?.offset ?? 0 };
      if (asked.signal.aborted || performance.now() > until) return { lines: found, reached };
    }
  }
  return { lines: found, reached: null };
}

/** Every run with a log, the newest first. */
async function logsIn(folder: string): Promise<{ taskId: number; runId: number }[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .flatMap((name) => {
      const [, taskId, runId] = /^(\d+)[/\\](\d+)\.jsonl$/.exec(name) ?? [];
      return runId === undefined ? [] : [{ taskId: Number(taskId), runId: Number(runId) }];
    })
    .sort((one, other) => other.runId - one.runId);
}

async function* linesOf(path: string, end: number | null, since: number | null): AsyncGenerator<PlacedLine[]> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    // Its task was forgotten meanwhile.
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return;
  try {
    const { size, mtimeMs } = await file.stat();
    // Lines tell the runner's time, the file tells ours: a clock that is somewhat off hides nothing.
    if (since !== null && mtimeMs < since - clockSlackMs) return;
    yield* linesBackward(file, Math.min(end ?? size, size));
  } finally {
    await file.close();
  }
}

const clockSlackMs = 60 * 60_000;

/** The line where it is wanted; nothing where it is not, was torn, or is none of ours. */
function parsed({ offset, text }: PlacedLine, fits: (line: LogLine) => boolean): { offset: number; line: LogLine }[] {
  try {
    const line = LogLine.safeParse(JSON.parse(text));
    return line.success && fits(line.data) ? [{ offset, line: line.data }] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
