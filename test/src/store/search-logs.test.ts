import { describe, expect, it } from "vitest";
import { PatternTooSlowError } from "#operations/ports/log-search.ts";
import type { LogLine } from "#protocol/report.ts";
import { openLogs } from "#store/logs.ts";
import { openLogSearch } from "#store/search-logs.ts";
import { aFolder } from "./facts.ts";

const line = (text: string, kind: LogLine["kind"] = "say"): LogLine => ({ at: "2026-01-01T00:00:00.000Z", kind, text });
type Asked = Parameters<ReturnType<typeof openLogSearch>>[0];
const everything: Asked = {
  wants: () => true,
  fits: () => true,
  text: null,
  before: null,
  since: null,
  limit: 1_000,
  signal: new AbortController().signal,
};

function someLogs() {
  const folder = aFolder();
  const logs = openLogs(folder);
  return { logs, search: (of: Partial<Asked>) => openLogSearch(folder)({ ...everything, ...of }) };
}

const textsOf = ({ lines }: { lines: { line: LogLine }[] }) => lines.map((one) => one.line.text);

describe("a search of all logs", () => {
  it("gives the newest run's lines first, the newest of each first, and finds by words, phrases and expressions", async () => {
    const { logs, search } = someLogs();
    logs.append(2, 3, [line("npm test FAILED in greet.js"), line("all is well")]);
    logs.append(1, 4, [line("test of greet failed"), line("a.b"), line("axb")]);
    expect(textsOf(await search({}))).toEqual([
      "axb",
      "a.b",
      "test of greet failed",
      "all is well",
      "npm test FAILED in greet.js",
    ]);
    const words = (...words: string[]) => search({ text: { kind: "words", words } });
    expect(textsOf(await words("failed", "greet"))).toEqual(["test of greet failed", "npm test FAILED in greet.js"]);
    expect(textsOf(await words("test failed"))).toEqual(["npm test FAILED in greet.js"]);
    expect(textsOf(await words("a.b"))).toEqual(["a.b"]);
    const pattern = (source: string) => search({ text: { kind: "pattern", source } });
    expect(textsOf(await pattern("^a.b$"))).toEqual(["axb", "a.b"]);
    expect(textsOf(await pattern("failed (in|for) \\w+\\.js"))).toEqual(["npm test FAILED in greet.js"]);
    expect(textsOf(await search({ wants: (task) => task === 2 }))).toHaveLength(2);
  });

  it("goes on where it came to, with no line lost or doubled, while lines are added", async () => {
    const { logs, search } = someLogs();
    for (const run of [5, 9, 7])
      logs.append(
        run % 2,
        run,
        Array.from({ length: 700 }, (_, at) => line(`${run}-${at} ${"é".repeat(300)}`)),
      );
    const found: string[] = [];
    let before: Asked["before"] = null;
    do {
      const page: Awaited<ReturnType<typeof search>> = await search({ before, limit: 97 });
      found.push(...textsOf(page).map((text) => text.split(" ")[0] ?? ""));
      before = page.reached;
      logs.append(1, 9, [line("later")]);
      logs.append(1, 11, [line("a newer run")]);
    } while (before !== null);
    const all = [9, 7, 5].flatMap((run) => Array.from({ length: 700 }, (_, at) => `${run}-${699 - at}`));
    expect(found).toEqual(all);
  });

  it("gives an expression up that takes for ever, and holds nobody up meanwhile (S60)", async () => {
    const { logs, search } = someLogs();
    logs.append(1, 1, [line(`${"a".repeat(5_000)}!`)]);
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    await expect(search({ text: { kind: "pattern", source: "^(a+)+$" } })).rejects.toThrow(PatternTooSlowError);
    clearInterval(beat);
    expect(longest).toBeLessThan(500);
    expect(textsOf(await search({ text: { kind: "pattern", source: "a!$" } }))).toHaveLength(1);
  });

  it("leaves out what was torn and what is none of ours, and ends when nobody waits any more", async () => {
    const { logs, search } = someLogs();
    logs.append(1, 1, [line("one"), { ...line("two"), kind: "unknown" as never }, line("three")]);
    expect(textsOf(await search({}))).toEqual(["three", "one"]);
    const gone = await search({ signal: AbortSignal.abort() });
    expect(gone.reached).toEqual({ taskId: 1, runId: 1, offset: 0 });
    expect(await search({ since: Date.now() + 24 * 3_600_000 })).toEqual({ lines: [], reached: null });
  });
});
