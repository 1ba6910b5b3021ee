import { describe, expect, test } from "vitest";
import { isReminderDue, readAnswers } from "#domain/question.ts";
import type { QuestionItem } from "#protocol/question.ts";

const item = (question: string, more: Partial<QuestionItem> = {}): QuestionItem => ({
  question,
  header: "",
  multiSelect: false,
  options: ["French", "Danish", "2 of them"].map((label) => ({ label, description: "" })),
  ...more,
});
const one = [item("Which?")];
const many = [item("Which?", { multiSelect: true })];
const two = [item("Which?"), item("When?")];

describe("what somebody's words answer", () => {
  test.each<[string, QuestionItem[], Record<string, string> | null]>([
    ["2", one, { "Which?": "Danish" }],
    [" #2. ", one, { "Which?": "Danish" }],
    ["danish", one, { "Which?": "Danish" }],
    ["2 of them", one, { "Which?": "2 of them" }],
    ["4", one, { "Which?": "4" }],
    ["1, 2", one, { "Which?": "1, 2" }],
    ["1, 2", many, { "Which?": "French, Danish" }],
    ["1 and 3", many, { "Which?": "French, 2 of them" }],
    ["Neither: use Dutch.", one, { "Which?": "Neither: use Dutch." }],
    ["1\nsoon", two, { "Which?": "French", "When?": "soon" }],
    ["2: soon\n1: 2", two, { "Which?": "Danish", "When?": "soon" }],
    ["As you like, today.", two, { "Which?": "As you like, today.", "When?": "As you like, today." }],
    ["<!-- 1 -->2", one, { "Which?": "Danish" }],
    ["  \n ", one, null],
    ["<!-- 1 -->", one, null],
  ])("%j", (words, items, answers) => {
    expect(readAnswers(items, words)).toEqual(answers);
  });
});

test("a reminder is due once, half-way, while nobody has answered", () => {
  const asked = { toolUseId: "t", items: one, askedAt: 0, until: 100, runnerId: 1, epoch: 1, seq: 3, answer: null };
  expect(isReminderDue({ ...asked, isReminded: false }, 49)).toBe(false);
  expect(isReminderDue({ ...asked, isReminded: false }, 50)).toBe(true);
  expect(isReminderDue({ ...asked, isReminded: true }, 90)).toBe(false);
  expect(isReminderDue({ ...asked, isReminded: false, answer: { by: "ada", at: 1, answers: {} } }, 90)).toBe(false);
});
