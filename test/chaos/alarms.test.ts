import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { alarmsIn } from "./alarms.ts";

const folder = mkdtempSync(join(tmpdir(), "cc-alarms-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function alarms(...lines: string[]): string[] {
  const file = join(folder, "runner-1.log");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return alarmsIn(file);
}

test("what a program prints while things are done to it from outside is no alarm", () => {
  const usual = [
    '{"level":40,"error":"Error: GitHub answered 500 to PATCH /x","msg":"surfaces have to wait"}',
    '{"level":40,"msg":"an instance was lost; another one takes its session up"}',
    '{"level":40,"error":"UnreachableError: fetch failed","msg":"reports have to wait"}',
    '{"level":30,"msg":"control plane listens"}',
    "",
  ];
  expect(alarms(...usual)).toEqual([]);
});

test.each([
  "TypeError: Cannot read properties of undefined (reading 'id')",
  "[UnhandledPromiseRejection: …]",
  "Error: Uncaught exception",
  '{"level":50,"msg":"a run failed in a way that nobody foresaw"}',
  '{"level":50,"msg":"a delivery could not be carried out"}',
  "SqliteError: database disk image is malformed",
  "MaxListenersExceededWarning: Possible EventEmitter memory leak detected",
])("an alarm, with the program that printed it, cut to a length: %s", (line) => {
  expect(alarms("well", line.padEnd(2_000, "."))).toEqual([`runner-1.log: ${line.padEnd(600, ".")}`]);
});
