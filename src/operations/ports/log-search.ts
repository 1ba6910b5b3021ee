import type { TextWish } from "#domain/log-search.ts";
import type { LogLine } from "#protocol/report.ts";

/** A line's place: the run's log, and the byte that the line begins with. */
export type LinePlace = { taskId: number; runId: number; offset: number };

export type LogSearch = {
  /** Whether the log of this run is looked through. */
  wants: (taskId: number, runId: number) => boolean;
  fits: (line: LogLine) => boolean;
  text: TextWish;
  /** Only what lies before it: where the search before came to. */
  before: LinePlace | null;
  /** Nothing of logs that were not added to since then; milliseconds since 1970. */
  since: number | null;
  limit: number;
  signal: AbortSignal;
};

export type FoundInLogs = {
  lines: (LinePlace & { line: LogLine })[];
  /** Everything from there on was looked through; null when there is nothing before it. */
  reached: LinePlace | null;
};

/** The regular expression takes longer on some line than anybody waits for. */
export class PatternTooSlowError extends Error {
  constructor() {
    super("The expression took too long.");
    this.name = "PatternTooSlowError";
  }
}

/** Looks through all logs, the newest run's first, each from its end; stops after a while and tells where. */
export type SearchLogs = (asked: LogSearch) => Promise<FoundInLogs>;
