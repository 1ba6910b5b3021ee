import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Report, type ReportBody } from "#protocol/report.ts";
import { writeWhole } from "./write-whole.ts";

/** The most that is sent in one request. */
const batchReports = 200;
const batchCharacters = 2_000_000;

/**
 * The numbered reports of one run, on disk until the server has acknowledged them: the server may be away for hours and
 * the runner may be killed at any moment, and every report still arrives once and in order.
 */
export type ReportSpool = {
  /** Written durably before this returns. */
  add(body: ReportBody): void;
  /** The oldest reports that are not acknowledged; empty when all are. */
  pending(): Report[];
  acknowledge(seq: number): void;
  /** Resolves when a report is pending; at once when one is. */
  waitForReport(signal: AbortSignal): Promise<void>;
  isEmpty(): boolean;
  close(): void;
};

/** @param folder the run's folder in the journal */
export function openReportSpool(folder: string, now: () => Date): ReportSpool {
  const path = join(folder, "reports.jsonl");
  const ackPath = join(folder, "acknowledged");
  const unsent = readReports(path);
  let lastSeq = unsent.at(-1)?.seq ?? 0;
  let acknowledged = readAcknowledged(ackPath);
  dropAcknowledged();
  const file = openSync(path, "a", 0o600);
  let wake: (() => void) | null = null;

  function dropAcknowledged() {
    const keepFrom = unsent.findIndex((report) => report.seq > acknowledged);
    unsent.splice(0, keepFrom === -1 ? unsent.length : keepFrom);
  }

  return {
    add(body) {
      const report: Report = { seq: lastSeq + 1, at: now().toISOString(), body };
      writeSync(file, `${JSON.stringify(report)}\n`);
      fdatasyncSync(file);
      lastSeq = report.seq;
      unsent.push(report);
      wake?.();
    },
    pending() {
      let characters = 0;
      return unsent.slice(0, batchReports).filter((report, index) => {
        characters += JSON.stringify(report).length;
        return index === 0 || characters < batchCharacters;
      });
    },
    acknowledge(seq) {
      if (seq <= acknowledged) return;
      acknowledged = seq;
      writeWhole(ackPath, String(seq));
      dropAcknowledged();
    },
    async waitForReport(signal) {
      if (unsent.length > 0 || signal.aborted) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      wake = null;
    },
    isEmpty: () => unsent.length === 0,
    close: () => closeSync(file),
  };
}

/** All reports of the file; a last line that was cut off by a crash was never reported and is overwritten in number. */
function readReports(path: string): Report[] {
  const text = readIfThere(path);
  if (text === null) return [];
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) writeWhole(path, whole);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Report.parse(JSON.parse(line)));
}

function readAcknowledged(path: string): number {
  return Number(readIfThere(path) ?? "0");
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
