import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { documentOf, plainDocument, textOf, wikiOf } from "#integrations/jira/rich-text.ts";

const file = new URL("../../jira/contract/adf-full.json", import.meta.url);
const { $schema: _, ...schema } = JSON.parse(readFileSync(file, "utf8"));
const isDocument = new Ajv({ strict: false }).compile(schema);

describe("Markdown as a document of Jira Cloud", () => {
  test.each([
    "**Working** · `npm test`, [a link](https://x.test/a?b=c) and *more*",
    "# One\n\n## Two\n\n- a\n  - b\n    1. c\n- [ ] open\n- [x] done",
    "```ts\nconst a = `x`;\n```\n\n    indented\n\n> quoted\n> twice\n\n---",
    "| a | b |\n| --- | --- |\n| `1` | **2** |",
    "<b>html</b> <script>alert(1)</script>\n\n<details><summary>x</summary>\n\ny\n\n</details>",
    "![picture](https://x.test/p.png) and ![another](nowhere)",
    '<adf>\n{"type":"extension","attrs":{"extensionKey":"evil"}}\n</adf>',
    "<adf>\nno json\n</adf>",
    "~~gone~~ **bold *and italic `code` inside***",
    "1. one\n\n   ```\n   code\n   ```\n2. two\n\n> - a list in a quote\n",
    "",
  ])("passes its schema: %j", (markdown) => {
    expect(
      isDocument(documentOf(markdown)),
      JSON.stringify([isDocument.errors?.slice(0, 2), documentOf(markdown)]),
    ).toBe(true);
    expect(JSON.stringify(documentOf(markdown))).not.toContain('"extension"');
  });

  test("loses its form, never its words, where Jira would not take that", () => {
    expect(isDocument(plainDocument("one\n\n\n**two**"))).toBe(true);
    expect(textOf(plainDocument("one\n\n**two**"))).toBe("one\n\n**two**");
  });
});

test("Markdown becomes the wiki text of a server, in which outside words are words", () => {
  const markdown =
    "## What\n\n**Done** `a_b` [the pull *request*](https://x.test/a|b)\n\n1. one\n2. two\n   - deep\n\n```\ncode {noformat}\n```";
  expect(wikiOf(markdown)).toBe(
    "h2. What\n\n*Done* {{a_b}} [the pull \\*request\\*|https://x.test/a%7Cb]\n\n# one\n# two\n** deep\n\n{noformat}\ncode { noformat }\n{noformat}",
  );
  expect(wikiOf("{panel:title=x} [~ada] !picture.png! \\*no\\* |a|")).toBe(
    "\\{panel:title=x\\} \\[\\~ada\\] \\!picture.png\\! \\*no\\* \\|a\\|",
  );
});

test("what people write in Jira is read as text, with its lists, its code and its links", () => {
  const text = (words: string, marks?: object[]) => ({ type: "text", text: words, ...(marks ? { marks } : {}) });
  const paragraph = (...content: object[]) => ({ type: "paragraph", content });
  const document = {
    version: 1,
    type: "doc",
    content: [
      paragraph(
        { type: "mention", attrs: { id: "1", text: "@Ada" } },
        text(" see "),
        text("this", [{ type: "link", attrs: { href: "https://x.test" } }]),
      ),
      {
        type: "bulletList",
        content: [
          {
            type: "listItem",
            content: [
              paragraph(text("one")),
              { type: "bulletList", content: [{ type: "listItem", content: [paragraph(text("two"))] }] },
            ],
          },
        ],
      },
      { type: "codeBlock", attrs: { language: "js" }, content: [text("a()")] },
      { type: "expand", content: [paragraph(text("folded"), { type: "hardBreak" }, text("away"))] },
      { type: "somethingNew", content: [paragraph(text("kept"))] },
    ],
  };
  expect(textOf(document)).toBe(
    "@Ada see this (https://x.test)\n\n- one\n  - two\n\n```js\na()\n```\n\nfolded\naway\n\nkept",
  );
  expect(textOf("h1. Wiki\r\ntext")).toBe("h1. Wiki\ntext");
  expect([textOf(null), textOf({ type: 7 })]).toEqual(["", ""]);
});
