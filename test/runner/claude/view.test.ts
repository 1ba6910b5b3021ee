import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { oneLine, printable, shorten, width, wrap } from "#runner/claude/text.ts";
import { renderLine } from "#runner/claude/view.ts";

const line = (value: unknown) => JSON.stringify(value);
const said = (text: string) => line({ type: "assistant", message: { id: "m", content: [{ type: "text", text }] } });
const call = (name: string, input: object) =>
  line({ type: "assistant", message: { id: "m", content: [{ type: "tool_use", id: "t", name, input }] } });
const result = (content: string, more: object = {}) =>
  line({ type: "user", message: { content: [{ type: "tool_result", tool_use_id: "t", content, ...more }] } });
const shown = (text: string, columns = 60) => renderLine(text, columns).map(stripVTControlCharacters);

const OWN_COLOURS = [1, 2, 22, 31, 32, 33, 36, 39].map((code) => `\u001b[${code}m`);
const withoutOwn = (row: string) => OWN_COLOURS.reduce((text, colour) => text.replaceAll(colour, ""), row);

const HOSTILE = [
  "\u001b]52;c;cGxhbnRlZA==\u0007",
  "\u001b]52;c;cGxhbnRlZA==\u001b\\",
  "\u009d52;c;cGxhbnRlZA==\u009c",
  "\u001b]0;a title\u0007",
  "\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007",
  '\u001bP$q"p\u001b\\',
  "\u001bPtmux;\u001b\u001b]52;c;eA==\u0007\u001b\\",
  "\u001bc",
  "\u001b[2J\u001b[H",
  "\u009b2J",
  "\u001b[31;1mred\u001b[0m",
  "\u001b(0qqq",
  "\u001b#8",
  "\u001b_apc\u001b\\",
  "\u001b^pm\u001b\\",
  "\u001b]52;c;never ended",
  "a\rb\bc\u0000d\u0007e\u007f",
  "\u001b\u001b\u001b[",
];

test.each(HOSTILE)("S39: nothing that a terminal obeys comes out of %j, wherever it stands", (text) => {
  for (const each of [
    said(`before ${text} after`),
    call("Bash", { command: `echo ${text} after` }),
    call(text, { command: "x" }),
    result(`one\n${text}\nthree`, { is_error: true }),
    line({ type: "result", is_error: true, result: text }),
    line({ type: "user", isReplay: true, message: { content: text } }),
    line({ type: "system", subtype: "init", model: text, claude_code_version: text, session_id: text }),
    line({ type: "system", subtype: "api_retry", error: text }),
    `no JSON ${text}`,
  ])
    for (const row of renderLine(each, 60)) {
      const own = withoutOwn(row);
      expect(own).not.toMatch(/[^\P{Cc}]/u);
      expect(own).not.toContain("cGxhbnRlZA");
    }
});

test("S39: marks that turn the reading direction are spelled out, invisible ones dropped", () => {
  expect(printable("a\u202Eb\u2066c\u200Bd\u{E0041}e")).toBe("a\\u202Eb\\u2066cde");
});

test("S60: stripping is linear on what was made to be slow", () => {
  for (const text of ["\u001b]", "\u009d", "\u001b[0", "\u001b", "\u001bP\u001b", "a\u202E"]) {
    const started = performance.now();
    printable(text.repeat(1_000_000 / text.length));
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});

test("text is wrapped under its mark, at spaces, and never wider than the terminal", () => {
  const rows = shown(
    said(`One two three four five six.\n\n  - ${"long ".repeat(12)}\n${"z".repeat(70)}\n${"語".repeat(40)}`),
    30,
  );
  expect(rows.slice(0, 4)).toEqual(["", "● One two three four five six.", "", "    - long long long long long"]);
  for (const row of rows) expect(width(row)).toBeLessThanOrEqual(30);
  expect(rows.join("").match(/z/g)?.length).toBe(70);
  expect(rows.join("").match(/語/g)?.length).toBe(40);
});

test("a call is one line, a result is folded to a few", () => {
  expect(shown(call("Bash", { command: "npm test\n&& echo done" }))).toEqual(["● Bash npm test && echo done"]);
  expect(shown(call("Read", { file_path: "/var/lib/tasks/TASK-1/work/src/a.ts" }))).toEqual(["● Read …/work/src/a.ts"]);
  expect(shown(result("1\n2\n3\n4\n5\n6\n7\n"))).toEqual(["  ⎿ 1", "    2", "    3", "    4", "    … 3 more lines"]);
  expect(shown(result(""))).toEqual(["  ⎿ (no output)"]);
});

test("a turn's end tells what it took, or why it failed", () => {
  const end = {
    type: "result",
    num_turns: 3,
    total_cost_usd: 0.0123,
    modelUsage: { a: { inputTokens: 25_000, outputTokens: 40 } },
  };
  expect(shown(line(end))).toEqual(["", "✔ Turn done · 3 turns · 25k tokens in, 40 out · $0.0123"]);
  expect(shown(line({ ...end, is_error: true, result: "Not logged in" }))[1]).toBe("✘ Turn failed: Not logged in");
});

test("the todo list is shown as one, without the tool's own words about it", () => {
  const todos = [
    { content: "one", status: "completed" },
    { content: "two", status: "in_progress" },
    { content: "three", status: "pending" },
  ];
  expect(shown(call("TodoWrite", { todos })).slice(1)).toEqual(["  ☒ one", "  ◐ two", "  ☐ three"]);
  const created = {
    type: "user",
    message: { content: [{ type: "tool_result", tool_use_id: "t", content: "Task #1 created successfully: one" }] },
    tool_use_result: { task: { id: "1", subject: "one" } },
  };
  expect(shown(line(created))).toEqual(["  ☐ #1 one"]);
});

test("what people need not see is not shown, and a huge line only by its length", () => {
  expect(renderLine(line({ type: "system", subtype: "status" }), 80)).toEqual([]);
  expect(renderLine("", 80)).toEqual([]);
  expect(shown("x".repeat(17 * 1024 * 1024))).toEqual(["… a line of 17825792 characters"]);
});

test("shortening never leaves half a character", () => {
  expect(shorten("ab😀cd", 4)).toBe("ab…");
  expect(shorten("ab", 2)).toBe("ab");
  expect(oneLine("  a\n\tb  ", 10)).toBe("a b");
  expect(wrap("a ".repeat(20), 8).every((row) => row.length <= 8)).toBe(true);
  expect(wrap(" ".repeat(100), 10)).toEqual([""]);
});
