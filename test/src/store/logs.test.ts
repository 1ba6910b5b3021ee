import { appendFileSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LogLine } from "#protocol/report.ts";
import { openLogs } from "#store/logs.ts";
import { aFolder } from "./facts.ts";

const line = (text: string): LogLine => ({ at: "2026-01-01T00:00:00.000Z", kind: "say", text });
const lines = (count: number, prefix: string) => Array.from({ length: count }, (_, at) => line(`${prefix}${at}`));
const textsOf = (found: LogLine[]) => found.map(({ text }) => text);

describe("logs", () => {
  it("give the last lines of all the task's runs, oldest first", async () => {
    const logs = openLogs(aFolder());
    logs.append(1, 9, lines(3, "a"));
    logs.append(1, 10, lines(2, "b"));
    logs.append(1, 10, lines(1, "c"));
    logs.append(2, 11, lines(5, "other"));
    expect(textsOf(await logs.read(1, 4))).toEqual(["a2", "b0", "b1", "c0"]);
    expect(textsOf(await logs.read(1, 100))).toHaveLength(6);
    expect(await logs.read(3, 10)).toEqual([]);
  });

  it("hold a report's lines once, however often it comes: by the same server or, after a crash, by the next one (I8)", async () => {
    const folder = aFolder();
    const first = openLogs(folder);
    for (const seq of [4, 5, 5, 6]) first.append(1, 2, lines(2, `${seq}-`), { epoch: 1, seq });
    const next = openLogs(folder);
    next.append(1, 2, lines(2, "5-"), { epoch: 1, seq: 5 });
    next.append(1, 2, lines(1, "again-"), { epoch: 2, seq: 1 });
    expect(textsOf(await next.read(1, 100))).toEqual(["4-0", "4-1", "5-0", "5-1", "again-0"]);
  });

  it("are files that nobody else may read", () => {
    const folder = aFolder();
    openLogs(join(folder, "logs")).append(1, 2, lines(1, "a"));
    expect(statSync(join(folder, "logs/1/2.jsonl")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "logs/1")).mode & 0o777).toBe(0o700);
  });

  it.each([1, 30, 5_000])("survive a write that was torn %i bytes before its end (F33)", async (missing) => {
    const folder = aFolder();
    const logs = openLogs(folder);
    const long = line("x".repeat(6_000));
    logs.append(1, 2, [line("before"), long]);
    const path = join(folder, "1/2.jsonl");
    truncateSync(path, statSync(path).size - missing);
    expect(textsOf(await logs.read(1, 10))).toEqual(["before"]);
    openLogs(folder).append(1, 2, [line("after")]);
    expect(textsOf(await logs.read(1, 10)).filter((text) => text.length < 100)).toEqual(["before", "after"]);
  });

  it("pass over lines that are damaged or none of ours (F33)", async () => {
    const folder = aFolder();
    const logs = openLogs(folder);
    logs.append(1, 2, [line("before")]);
    appendFileSync(join(folder, "1/2.jsonl"), Buffer.from([0, 0, 0, 0x0a, 0xff, 0xfe, 0x0a]));
    appendFileSync(join(folder, "1/2.jsonl"), '{"at":1}\r\n\n');
    logs.append(1, 2, [line("after")]);
    expect(textsOf(await logs.read(1, 10))).toEqual(["before", "after"]);
  });

  it("do not read a long file to show its end", async () => {
    const folder = aFolder();
    const logs = openLogs(folder);
    for (let batch = 0; batch < 40; batch += 1) logs.append(1, 2, lines(500, `${"x".repeat(900)}${batch}-`));
    const all = readFileSync(join(folder, "1/2.jsonl"), "utf8").split("\n").length - 1;
    expect(all).toBe(20_000);
    const found = textsOf(await logs.read(1, 700));
    expect([found.length, found[0]?.slice(900), found.at(-1)?.slice(900)]).toEqual([700, "38-300", "39-499"]);
  });

  it("give a line of 10 MB up and what is before it (F33)", async () => {
    const folder = aFolder();
    const logs = openLogs(folder);
    logs.append(1, 2, [line("before")]);
    appendFileSync(join(folder, "1/2.jsonl"), `${"y".repeat(10_000_000)}\n`);
    logs.append(1, 2, [line("after")]);
    expect(textsOf(await logs.read(1, 10))).toEqual(["after"]);
  });

  it("keep hostile text as it came (F43)", async () => {
    const logs = openLogs(aFolder());
    const hostile = [line("\u202Eevil\u0000\u001b]52;c;aGk=\u0007\ud800\n\u2028{}")];
    logs.append(1, 2, hostile);
    expect(await logs.read(1, 1)).toEqual(hostile);
  });
});
