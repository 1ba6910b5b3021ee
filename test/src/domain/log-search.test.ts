import { describe, expect, it } from "vitest";
import { lineTestOf, textWishOf } from "#domain/log-search.ts";
import { LogQuery } from "#protocol/log-search.ts";
import type { LogLine } from "#protocol/report.ts";

const line = (kind: LogLine["kind"], text = "", at = "2026-01-02T00:00:00.000Z"): LogLine => ({ at, kind, text });
const shows = (query: object, one: LogLine) => lineTestOf(LogQuery.parse(query))(one);

describe("what a search of the logs asks for", () => {
  it.each([
    ["", null],
    ["  ", null],
    ["Two  Words", { kind: "words", words: ["two", "words"] }],
    ['"A Phrase" more', { kind: "words", words: ["a phrase", "more"] }],
    ['an "open one', { kind: "words", words: ["an", '"open', "one"] }],
    ["(", { kind: "words", words: ["("] }],
  ])("%s", (q, wish) => expect(textWishOf(LogQuery.parse({ q }))).toEqual(wish));

  it("is one expression where it says so", () => {
    expect(textWishOf(LogQuery.parse({ q: "a b|C", regex: "1" }))).toEqual({ kind: "pattern", source: "a b|C" });
    expect(textWishOf(LogQuery.parse({ regex: "1" }))).toBeNull();
  });

  it("is narrowed by kind, level and time", () => {
    expect(shows({ kind: "tool" }, line("tool"))).toBe(true);
    expect(shows({ kind: "tool" }, line("say"))).toBe(false);
    expect(shows({ level: "say" }, line("step"))).toBe(true);
    expect(shows({ level: "say" }, line("tool"))).toBe(false);
    expect(shows({ level: "error" }, line("result", "error: no such file"))).toBe(true);
    expect(shows({ level: "error" }, line("note", "npm test ended with 1"))).toBe(true);
    expect(shows({ level: "error" }, line("say", "an error"))).toBe(false);
    const day = { from: "2026-01-02T00:00:00.000Z", to: "2026-01-03T00:00:00.000Z" };
    expect(shows(day, line("say"))).toBe(true);
    expect(shows(day, line("say", "", "2026-01-01T23:59:59.999Z"))).toBe(false);
    expect(shows(day, line("say", "", "2026-01-03T00:00:00.000Z"))).toBe(false);
  });
});
