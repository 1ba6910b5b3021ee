import type { Answers, Asked, QuestionItem } from "#protocol/question.ts";
import type { Reason } from "#protocol/words.ts";
import { revealHidden } from "./text/hidden.ts";
import { singleLine } from "./text/neutral.ts";

/** What a run asks, from the question to its answer. Instants are milliseconds since 1970 in UTC. */
export type RunQuestion = Asked & {
  askedAt: number;
  /** Nobody has answered by then: handed over to a person. */
  until: number;
  /** Whoever was asked has been reminded. */
  isReminded: boolean;
  /** Under which lease it was asked, by the report of that number: that runner has the session. */
  runnerId: number;
  epoch: number;
  seq: number;
  answer: { by: string; at: number; answers: Answers } | null;
};

/** Half of the time has gone by without an answer. */
export function isReminderDue(question: RunQuestion, now: number): boolean {
  const { askedAt, until, isReminded, answer } = question;
  return answer === null && !isReminded && now >= askedAt + (until - askedAt) / 2;
}

/**
 * What somebody's words answer to each question. A number is the choice with that number, several for a question that
 * takes several; everything else is an answer in free words. With several questions a line answers one: `2: free words`,
 * or one line for each in order; words that are not so divided answer all of them.
 * @returns null when nothing is said
 */
export function readAnswers(items: readonly QuestionItem[], words: string): Answers | null {
  const text = revealHidden(words).text.trim();
  if (text === "") return null;
  const parts = items.length === 1 ? [text] : divided(text, items.length);
  return Object.fromEntries(items.map((item, at) => [item.question, chosen(item, parts[at] ?? text)]));
}

/** The part of each question; the whole for those that have none. */
function divided(text: string, count: number): string[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const numbered = lines.map((line) => /^(\d{1,2})\s*[:.)]\s*(.+)$/s.exec(line));
  if (numbered.every((one) => one !== null && Number(one[1]) >= 1 && Number(one[1]) <= count)) {
    return Array.from({ length: count }, (_, at) => {
      const own = numbered.filter((one) => Number(one?.[1]) === at + 1).map((one) => one?.[2] ?? "");
      return own.length === 0 ? text : own.join("\n");
    });
  }
  return lines.length === count ? lines : Array.from({ length: count }, () => text);
}

/** The labels of the choices that are meant, or the words themselves. */
function chosen({ options, multiSelect }: QuestionItem, text: string): string {
  const named = options.find(({ label }) => label.toLowerCase() === text.toLowerCase());
  if (named !== undefined) return named.label;
  const said = text.replace(/[.!]$/, "");
  if (!/^#?\d{1,2}(?:(?:\s*,\s*|\s+and\s+|\s+)#?\d{1,2})*$/.test(said)) return text;
  const numbers = [...new Set(Array.from(said.matchAll(/\d+/g), ([digits]) => Number(digits)))];
  const labels = numbers.map((number) => options[number - 1]?.label);
  const isChoice = labels.every((label) => label !== undefined) && (multiSelect || labels.length === 1);
  return isChoice ? labels.join(", ") : text;
}

export const questionReasons = {
  asked: (question: Asked): Reason => ({
    code: "question",
    sentence: `Claude asks: ${headOf(question)}`,
    advice: "`/claude answer …` answers it, with the number of a choice or in words of your own.",
  }),
  unanswered: (question: Asked): Reason => ({
    code: "question_unanswered",
    sentence: `Nobody answered Claude's question: ${headOf(question)}`,
    advice: "An answer still goes to the same conversation, and the work goes on from there.",
  }),
} as const;

/** The question in one line; of several the first. */
export function headOf({ items }: Asked): string {
  const [first] = items;
  const more = items.length > 1 ? ` (and ${items.length - 1} more)` : "";
  return `${singleLine(first?.question ?? "", 300)}${more}`;
}
