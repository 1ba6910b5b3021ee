import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ReportBody } from "#protocol/report.ts";
import { openReportSpool, type ReportSpool } from "#runner/report-spool.ts";

let folder = "";
let open: ReportSpool[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cc-spool-"));
});
afterEach(() => {
  for (const spool of open) spool.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

const at = new Date("2026-01-01T00:00:00Z");
function spoolHere(): ReportSpool {
  const spool = openReportSpool(folder, () => at);
  open.push(spool);
  return spool;
}
const log = (text: string, lines = 1): ReportBody => ({
  kind: "log",
  lines: Array.from({ length: lines }, () => ({ at: at.toISOString(), kind: "say", text })),
});

test("reports outlive the runner, in order, and go on behind the last one", () => {
  const before = spoolHere();
  before.add(log("one"));
  before.add(log("two"));
  before.acknowledge(1);
  const after = spoolHere();
  expect(after.pending().map(({ seq }) => seq)).toEqual([2]);
  after.add(log("three"));
  expect(after.pending().map(({ seq }) => seq)).toEqual([2, 3]);
  after.acknowledge(3);
  expect(after.isEmpty()).toBe(true);
  expect(spoolHere().isEmpty()).toBe(true);
});

test("a report with a key is made once, over restarts too, also when it was acknowledged long ago", () => {
  const before = spoolHere();
  expect(before.add(log("started"), { key: "started 1" })).toBe(true);
  expect(before.add(log("started"), { key: "started 1" })).toBe(false);
  before.acknowledge(1);
  const after = spoolHere();
  expect(after.add(log("started"), { key: "started 1" })).toBe(false);
  expect(after.isEmpty()).toBe(true);
});

test("how far a transcript was told is known with the report itself", () => {
  const before = spoolHere();
  before.add(log("a"), { heard: { instance: 1, bytes: 120 } });
  before.add(log("b"), { heard: { instance: 2, bytes: 40 } });
  const after = spoolHere();
  expect([after.heard(1), after.heard(2), after.heard(3)]).toEqual([120, 40, 0]);
});

test.each(['{"seq":2,"at":"2026-', "\0\0\0\0", '{"seq":2}\n', "no JSON\n"])(
  "what a crash cut off (%j) was never reported, and its number is given again (F33)",
  (torn) => {
    spoolHere().add(log("one"));
    appendFileSync(join(folder, "reports.jsonl"), torn);
    const after = spoolHere();
    after.add(log("two"));
    expect(after.pending().map(({ seq }) => seq)).toEqual([1, 2]);
    expect(spoolHere().pending()).toEqual(after.pending());
  },
);

test("hours of reports without a server are on disk and not in memory, and leave in bounded portions", () => {
  const spool = spoolHere();
  const text = "x".repeat(7_000);
  const before = process.memoryUsage().rss;
  for (let count = 0; count < 300; count += 1) spool.add(log(text, 10));
  expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  expect(readFileSync(join(folder, "reports.jsonl")).length).toBeGreaterThan(20_000_000);
  const seen: number[] = [];
  for (let batch = spool.pending(); batch.length > 0; batch = spool.pending()) {
    expect(JSON.stringify(batch).length).toBeLessThan(2_100_000);
    seen.push(...batch.map(({ seq }) => seq));
    spool.acknowledge(seen.at(-1) ?? 0);
  }
  expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
});
