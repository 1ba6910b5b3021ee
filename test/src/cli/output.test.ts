import { describe, expect, it } from "vitest";
import { plain, plainJson, plainLine } from "#cli/plain.ts";
import { type Column, renderTable } from "#cli/table.ts";
import { ago } from "#cli/time.ts";
import { shorten, widthOf } from "#cli/width.ts";

describe("S39 text from outside", () => {
  it.each([
    ["a colour", "a\u001b[31mb", "ab"],
    ["a colour in 8 bits", "a\u009b31mb", "ab"],
    ["a cleared screen", "\u001b[2J\u001b[Hx", "x"],
    ["a reset", "\u001bcx", "x"],
    ["a title", "\u001b]0;title\u0007x", "x"],
    ["a title without an end", "x\u001b]0;title", "x"],
    ["the clipboard", "\u001b]52;c;ZXZpbA==\u001b\\x", "x"],
    ["a link", "\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\", "click"],
    ["a device control string", '\u001bP$q"p\u001b\\x', "x"],
    ["strings in 8 bits", "\u0090q\u009cx\u009d0;t\u009cy\u009fz\u009cw", "xyw"],
    ["an escape cut short", "x\u001b", "x"],
    ["a character set", "\u001b(0x", "x"],
    ["an escape in an escape", "\u001b]0;a\u001b[31mb\u0007x", "bx"],
    ["backspaces and bells", "a\b\b\u0007b", "ab"],
    ["a carriage return over the line", "good\rbad", "good\nbad"],
    ["right-to-left", "\u202etxt.exe", "\\u202etxt.exe"],
    ["isolates", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["invisible tags", "a\u{e0041}b", "a\\ue0041b"],
    ["zero width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["nothing of that", "Ünïcödé 世界 👩‍💻\tok\n", "Ünïcödé 世界 👩‍💻\tok\n"],
  ])("cannot use %s", (_, given, shown) => {
    expect(plain(given)).toBe(shown);
  });

  it("is one line where one line is wanted", () => {
    expect(plainLine("  a\r\n b\t\tc\u2028d ")).toBe("a b c\\u2028d");
  });

  it("stays the same value in JSON", () => {
    const value = { title: "a\u009b31m\u202e\u{e0041}\u007f\u001b]0;x\u0007" };
    const json = plainJson(value);
    expect(json).toMatch(/^[\x20-\x7e\n]*$/);
    expect(JSON.parse(json)).toEqual(value);
  });

  it("takes a megabyte in no time", () => {
    for (const text of ["\u001b]".repeat(500_000), "\u001b[".repeat(500_000), "\u202e".repeat(300_000)]) {
      const before = performance.now();
      plain(text);
      expect(performance.now() - before).toBeLessThan(1_000);
    }
  });
});

describe("the width of text", () => {
  it.each([
    ["abc", 3],
    ["世界", 4],
    ["é", 1],
    ["e\u0301", 1],
    ["👩‍💻", 2],
    ["⚠️", 2],
    ["", 0],
  ])("of %s is %i", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it.each([
    ["abcdef", 4, "abc…"],
    ["abc", 3, "abc"],
    ["世界世界", 5, "世界…"],
    ["世界世界", 4, "世…"],
    ["ab cd", 4, "ab…"],
    ["abc", 0, ""],
  ])("%s in %i columns is %s", (text, columns, shortened) => {
    expect(shorten(text, columns)).toBe(shortened);
  });
});

describe("a table", () => {
  type Row = { id: string; title: string; where: string; age: string };
  const columns: Column<Row>[] = [
    { title: "ID", value: ({ id }) => id },
    { title: "TITLE", value: ({ title }) => title, shrinks: true },
    { title: "WHERE", value: ({ where }) => where, shrinks: true },
    { title: "AGE", value: ({ age }) => age, optional: true },
  ];
  const rows: Row[] = [
    { id: "TASK-1", title: "Short", where: "here", age: "3 min" },
    { id: "TASK-10", title: "A title of some forty columns or so, sir", where: "octocat/hello-world", age: "12 d" },
  ];

  it("is whole where nothing limits it", () => {
    expect(renderTable(columns, rows, null)).toBe(
      [
        "ID       TITLE                                     WHERE                AGE",
        "TASK-1   Short                                     here                 3 min",
        "TASK-10  A title of some forty columns or so, sir  octocat/hello-world  12 d",
        "",
      ].join("\n"),
    );
  });

  it("shortens what may be shortened, the widest first", () => {
    expect(renderTable(columns, rows, 60)).toBe(
      [
        "ID       TITLE                    WHERE                AGE",
        "TASK-1   Short                    here                 3 min",
        "TASK-10  A title of some forty…   octocat/hello-world  12 d",
        "",
      ].join("\n"),
    );
  });

  it("gives up columns that can be done without", () => {
    const lines = renderTable(columns, rows, 30).split("\n");
    expect(lines[0]).not.toContain("AGE");
    expect(lines[2]).toBe("TASK-10  A title…   octocat/h…");
  });

  it.each([1, 2, 5, 9, 12, 20, 30, 44, 59, 60, 79, 80, 200])("never is wider than %i columns", (width) => {
    for (const line of renderTable(columns, rows, width).split("\n")) expect(widthOf(line)).toBeLessThanOrEqual(width);
  });

  it("colours cells without counting the colours", () => {
    const painted: Column<Row>[] = [
      { title: "ID", value: ({ id }) => id, paint: (cell) => `<${cell}>` },
      { title: "AGE", value: ({ age }) => age },
    ];
    expect(renderTable(painted, rows, 20)).toBe("ID       AGE\n<TASK-1>   3 min\n<TASK-10>  12 d\n");
  });
});

describe("how long ago", () => {
  const now = Date.parse("2026-05-02T12:00:00.000Z");
  it.each([
    ["2026-05-02T12:00:00.000Z", "now"],
    ["2026-05-02T12:00:09.000Z", "now"],
    ["2026-05-02T11:59:20.000Z", "40 s"],
    ["2026-05-02T11:01:00.000Z", "59 min"],
    ["2026-05-02T09:00:00.000Z", "3 h"],
    ["2026-04-20T12:00:00.000Z", "12 d"],
  ])("%s is %s", (instant, words) => {
    expect(ago(instant, now)).toBe(words);
  });
});
