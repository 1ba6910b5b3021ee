import { describe, expect, test } from "vitest";
import { plainWords } from "#domain/text/plain-words.ts";
import { actionOf, readAction } from "#integrations/pressed.ts";
import { parseSlash } from "#integrations/slack/slash.ts";

describe("/claude in Slack", () => {
  const about = { of: "TASK-12" };
  test.each([
    ["status TASK-12", { verb: "status", words: "", ...about }],
    ["  STOP   task-12 ", { verb: "stop", words: "", ...about }],
    ["say TASK-12 Use\ninformal words.", { verb: "say", words: "Use\ninformal words.", ...about }],
    ["create acme/shop#3", { verb: "run", words: "", of: { repository: "acme/shop", issue: 3 } }],
    ["why acme/shop#3", { verb: "why", words: "", of: { repository: "acme/shop", issue: 3 } }],
  ])("%j is read", (text, read) => {
    expect(parseSlash(text)).toEqual(read);
  });

  test("create takes words, too: the first line is the title", () => {
    expect(parseSlash("create acme/shop Greet in French\nSay bonjour.\nKindly.")).toEqual({
      wish: { repository: "acme/shop", title: "Greet in French", body: "Say bonjour.\nKindly." },
    });
  });

  test.each([
    "",
    "help",
    "stop",
    "stop 12",
    "create TASK-12",
    "create acme#3",
    "create acme/shop",
    "stop TASK-12x",
    "stop TASK-0",
  ])("%j does nothing, and is told what to write", (text) => {
    expect(parseSlash(text)).toEqual({ sentence: expect.stringContaining("/claude") });
  });
});

describe("a button", () => {
  const meaning = { verb: "answer" as const, choice: 2, task: "TASK-12", question: "2026-11-21T14:00:00.000Z" };
  test("says what it stands for, and is read again", () => {
    expect(readAction(actionOf(meaning))).toEqual(meaning);
    const stop = { verb: "stop" as const, choice: null, task: "TASK-1", question: null };
    expect(readAction(actionOf(stop))).toEqual(stop);
    const approve = { ...meaning, verb: "approve" as const, choice: null };
    expect(readAction(actionOf(approve))).toEqual(approve);
  });

  test.each([
    { action_id: "cco:merge", value: "TASK-1" },
    { action_id: "cco:stop", value: "TASK-1; drop" },
    { action_id: "cco:stop", value: "" },
    { action_id: "cco:answer:x", value: "TASK-1" },
    { action_id: "other:stop", value: "TASK-1" },
    { action_id: "cco:stop" },
  ])("that is none of ours, as %j, means nothing", (action) => {
    expect(readAction(action)).toBeNull();
  });
});

test("what is written for GitHub reads well where its Markdown is not known", () => {
  expect(plainWords("**Queued** · `TASK-1`\n\n<sub>· as of &lt;now&gt;</sub>\n- ✓ a \\*star\\* &amp;lt;")).toBe(
    "Queued · TASK-1\n\n· as of <now>\n- ✓ a *star* &lt;",
  );
});
