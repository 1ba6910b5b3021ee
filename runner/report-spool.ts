import { closeSync, fdatasyncSync, fstatSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Report, type ReportBody } from "#protocol/report.ts";
import { readIfThere } from "./read-if-there.ts";
import { type SpoolLine, scanSpool } from "./spool-lines.ts";
import { writeWhole } from "./write-whole.ts";

/** The most that is sent in one request. */
const batchReports = 200;
const batchBytes = 2_000_000;

/** What a report stands for, written in one line with it: after a crash either both are known or neither is. */
export type Mark = {
  /** A report with a key is made once, however often its step is gone through again. */
  key?: string;
  /** How many bytes of an instance's transcript the reports tell of, this one included. */
  heard?: { instance: number; bytes: number };
};

/**
 * The numbered reports of one run, on disk until the server has acknowledged them: the server may be away for hours and
 * the runner may be killed at any moment, and every report still arrives once and in order. Only one request's worth is
 * ever held in memory.
 */
export type ReportSpool = {
  /** Written durably before this returns. @returns false for a key that was reported before */
  add(body: ReportBody, mark?: Mark): boolean;
  /** The oldest reports that are not acknowledged; empty when all are. */
  pending(): Report[];
  acknowledge(seq: number): void;
  has(key: string): boolean;
  /** How many bytes of an instance's transcript have been reported. */
  heard(instance: number): number;
  /** Resolves when a report is pending; at once when one is. */
  waitForReport(signal: AbortSignal): Promise<void>;
  isEmpty(): boolean;
  close(): void;
};

/** @param folder the run's folder in the journal */
export function openReportSpool(folder: string, now: () => Date): ReportSpool {
  const path = join(folder, "reports.jsonl");
  const ackPath = join(folder, "acknowledged");
  const file = openSync(path, "a+", 0o600);
  const keys = new Set<string>();
  const heard = new Map<number, number>();
  let acknowledged = Number(readIfThere(ackPath) ?? "0");
  let lastSeq = acknowledged;
  /** Where in the file the oldest report begins that is not acknowledged. */
  let unsentAt = 0;
  let size = 0;
  let wake: (() => void) | null = null;

  const remember = (line: SpoolLine) => {
    if (line.key !== undefined) keys.add(line.key);
    if (line.heard !== undefined) heard.set(line.heard.instance, line.heard.bytes);
    lastSeq = Math.max(lastSeq, line.seq);
  };
  size = scanSpool(file, 0, (line, end) => {
    remember(line);
    if (line.seq <= acknowledged) unsentAt = end;
    return true;
  });
  // What a crash cut off in its midst was never reported. A line end keeps it apart from the next line.
  if (size < fstatSync(file).size) {
    writeSync(file, "\n");
    size = fstatSync(file).size;
  }

  return {
    add(body, mark = {}) {
      if (mark.key !== undefined && keys.has(mark.key)) return false;
      const line: SpoolLine = { seq: lastSeq + 1, at: now().toISOString(), body, ...mark };
      const text = `${JSON.stringify(line)}\n`;
      writeSync(file, text);
      fdatasyncSync(file);
      size += Buffer.byteLength(text);
      remember(line);
      wake?.();
      return true;
    },
    pending() {
      const reports: Report[] = [];
      scanSpool(file, unsentAt, ({ seq, at, body }, end) => {
        if (seq > acknowledged && (reports.length === 0 || end - unsentAt <= batchBytes)) {
          reports.push(Report.parse({ seq, at, body }));
        }
        return reports.length < batchReports && end - unsentAt < batchBytes;
      });
      return reports;
    },
    acknowledge(seq) {
      if (seq <= acknowledged) return;
      acknowledged = seq;
      writeWhole(ackPath, String(seq));
      scanSpool(file, unsentAt, (line, end) => {
        if (line.seq > acknowledged) return false;
        unsentAt = end;
        return true;
      });
    },
    has: (key) => keys.has(key),
    heard: (instance) => heard.get(instance) ?? 0,
    async waitForReport(signal) {
      if (lastSeq > acknowledged || signal.aborted) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      wake = null;
    },
    isEmpty: () => lastSeq <= acknowledged,
    close: () => closeSync(file),
  };
}
