import type { LogLine } from "#protocol/report.ts";

/** Which report of a run something comes from. */
export type ReportNumber = { epoch: number; seq: number };

/** The logs of runs: files, appended as they come. */
export interface Logs {
  /** @param report the report that tells the lines: when it comes again, its lines take the place of those from before */
  append(taskId: number, runId: number, lines: readonly LogLine[], report?: ReportNumber | null): void;
  /** The last `tail` lines of all the task's runs, oldest first. */
  read(taskId: number, tail: number): Promise<LogLine[]>;
  /** Ids of the tasks with a log. */
  tasks(): Promise<number[]>;
  remove(taskId: number): Promise<void>;
}
