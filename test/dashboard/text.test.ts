import { describe, expect, it } from "vitest";
import { frameReader } from "../../dashboard/api/frames.ts";
import { conversationOf } from "../../dashboard/domain/conversation.ts";
import { blocksOf } from "../../dashboard/domain/markdown.ts";
import { inlinesOf } from "../../dashboard/domain/markdown-inline.ts";
import { ago, bytes, dollars, lasting, short } from "../../dashboard/domain/numbers.ts";
import { stitch } from "../../dashboard/domain/stitch.ts";
import { visible } from "../../dashboard/domain/visible.ts";
import { aLine, at, noon } from "./facts.ts";

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);

describe("what is shown of hostile text (S38)", () => {
  it.each([
    ["colours", `${esc}[31mred${esc}[0m`, "red"],
    ["a title", `${esc}]0;owned${bell}text`, "text"],
    ["a link of the terminal", `${esc}]8;;javascript:alert(1)${bell}here${esc}]8;;${bell}`, "here"],
    ["the clipboard", `${esc}]52;c;aGk=${esc}\\text`, "text"],
    ["an 8-bit sequence", `${String.fromCharCode(0x9b)}31mred`, "red"],
    ["a bell", `a${bell}b`, "a\\u0007b"],
    ["text that runs backwards", "a\u202Eb", "a\\u202eb"],
    ["what is not seen", "a\u200Bb", "a\\u200bb"],
    ["tabs and lines", "a\tb\r\nc", "a\tb\nc"],
  ])("%s", (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each(["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "<svg/onload=alert(1)>"])(
    "HTML in Markdown stays text: %s",
    (html) => {
      expect(blocksOf(html)).toEqual([{ kind: "paragraph", content: [{ kind: "text", text: html }] }]);
    },
  );

  it.each(["[x](javascript:alert(1))", "[x](data:text/html,hi)", "![x](file:///etc/passwd)", "<javascript:alert(1)>"])(
    "no link comes of %s",
    (text) => {
      expect(JSON.stringify(inlinesOf(text))).not.toContain('"link"');
    },
  );

  it("a picture becomes a link, so that nothing is fetched", () => {
    expect(inlinesOf("![secret](https://sink.test/?x)")).toEqual([
      { kind: "link", to: "https://sink.test/?x", content: [{ kind: "text", text: "secret" }] },
    ]);
  });

  it.each([
    "*".repeat(8_000),
    "[".repeat(8_000),
    "`".repeat(8_000),
    "_a".repeat(4_000),
    "> ".repeat(4_000),
    "- ".repeat(4_000),
    "**a ".repeat(2_000),
    "|".repeat(8_000),
    "~~ ".repeat(2_600),
  ])("the longest line is read in no time: %s".slice(0, 40), (text) => {
    const start = performance.now();
    blocksOf(text);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe("Markdown", () => {
  it("has paragraphs, headings, code, lists, quotes, tables and rules", () => {
    const text =
      "# Title\n\nA **b** *c* `d`.\n\n```ts\nconst a = 1;\n```\n\n1. one\n2. two\n   - inner\n\n> said\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n---";
    expect(blocksOf(text).map(({ kind }) => kind)).toEqual([
      "heading",
      "paragraph",
      "code",
      "list",
      "quote",
      "table",
      "rule",
    ]);
  });

  it("keeps what is in code as it is", () => {
    expect(blocksOf("```\n**a** <b>\n```")).toEqual([{ kind: "code", language: "", text: "**a** <b>" }]);
    expect(inlinesOf("`**a**`")).toEqual([{ kind: "code", text: "**a**" }]);
  });

  it("leaves names with underscores alone", () => {
    expect(inlinesOf("snake_case_name")).toEqual([{ kind: "text", text: "snake_case_name" }]);
  });

  it("shows a fence that was not closed yet, as while Claude writes", () => {
    expect(blocksOf("```js\nlet a")).toEqual([{ kind: "code", language: "js", text: "let a" }]);
  });

  it("knows ticked boxes", () => {
    const [list] = blocksOf("- [x] done\n- [ ] open");
    expect(list?.kind === "list" && list.items.map(({ done }) => done)).toEqual([true, false]);
  });
});

describe("a conversation", () => {
  it("gives each call its result, in the order of the calls", () => {
    const entries = conversationOf([
      aLine("say", "I look."),
      aLine("tool", "Bash npm test"),
      aLine("tool", "Read src/a.ts"),
      aLine("result", "error: 1 failed"),
      aLine("result", "text of a"),
    ]);
    expect(entries).toMatchObject([
      { kind: "say" },
      { kind: "call", tool: "Bash", argument: "npm test", result: { text: "error: 1 failed" } },
      { kind: "call", tool: "Read", argument: "src/a.ts", result: { text: "text of a" } },
    ]);
  });

  it("leaves a call open until its result comes", () => {
    expect(conversationOf([aLine("tool", "Bash sleep 9")])).toMatchObject([{ kind: "call", result: null }]);
  });

  it("does not give a call the result of a later one", () => {
    const lines = [aLine("tool", "Bash a"), aLine("say", "Stopped."), aLine("tool", "Bash b"), aLine("result", "of b")];
    expect(conversationOf(lines)).toMatchObject([{ result: null }, { kind: "say" }, { result: { text: "of b" } }]);
  });

  it("tells of Claude's own list in one line", () => {
    const lines = [
      aLine("tool", "TaskCreate Test"),
      aLine("tool", "TaskCreate Mend"),
      aLine("tool", "Bash ls"),
      aLine("result", "ok"),
      aLine("result", "ok"),
      aLine("result", "a.ts"),
    ];
    expect(conversationOf(lines)).toMatchObject([
      { kind: "plan", added: ["Test", "Mend"] },
      { kind: "call", tool: "Bash", result: { text: "a.ts" } },
    ]);
  });
});

describe("lines that were loaded and lines that were streamed", () => {
  const lines = ["a", "b", "b", "c", "d"].map((text) => aLine("say", text));
  it.each([
    [5, 0],
    [3, 2],
    [3, 1],
    [3, 3],
    [5, 5],
    [0, 0],
  ])("the first %i loaded, those from %i on streamed: none lost, none twice", (loaded, from) => {
    expect(stitch(lines.slice(0, loaded), lines.slice(from))).toEqual(lines);
  });
});

describe("a stream of events", () => {
  const text = 'retry: 1000\n\nevent: open\nid: 7\ndata: {"id":7}\n\n: still here\n\nid: 8\ndata: {"a":"b"}\n\n';
  it.each([1, 2, 7, 1_000])("is read in pieces of %i characters", (size) => {
    const read = frameReader();
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
      text.slice(n * size, (n + 1) * size),
    );
    expect(pieces.flatMap(read)).toEqual([
      { event: "open", id: "7", data: '{"id":7}' },
      { event: "message", id: "8", data: '{"a":"b"}' },
    ]);
  });

  it("loses nothing that holds what some take for the end of a line (F33)", () => {
    const data = JSON.stringify({ text: "one\u2028two\u2029three\u0085four" });
    expect(frameReader()(`id: 9\ndata: ${data}\n\n`)).toEqual([{ event: "message", id: "9", data }]);
  });
});

it("numbers are as people say them", () => {
  expect([ago(at(0), noon), ago(at(-5), noon), ago(at(-180), noon), ago(at(-4_320), noon)]).toEqual([
    "now",
    "5 min",
    "3 h",
    "3 d",
  ]);
  expect([lasting(4_000), lasting(192_000), lasting(7_500_000)]).toEqual(["4 s", "3 min 12 s", "2 h 5 min"]);
  expect([dollars(0.004), dollars(12.3)]).toEqual(["< $0.01", "$12.30"]);
  expect([short(950), short(12_400), short(3_100_000)]).toEqual(["950", "12.4k", "3.1M"]);
  expect([bytes(512e6), bytes(14.2e9)]).toEqual(["512 MB", "14.2 GB"]);
});
