import type { QuestionItem } from "#protocol/question.ts";
import type { RunQuestion } from "../question.ts";
import { neutralMarkdown } from "../text/neutral.ts";
import { noticeMarker } from "./marker.ts";
import type { TaskView } from "./view.ts";
import { instant } from "./words.ts";

/** What Claude asks, with the choices as a numbered list; null while it asks nothing. */
export function renderQuestion({ run }: Pick<TaskView, "run">): string | null {
  const question = openQuestionOf(run);
  if (question === null) return null;
  return [items(question), `<sub>${howToAnswer(question)}</sub>`].join("\n\n");
}

/** The question that waits for an answer. */
export function openQuestionOf(run: TaskView["run"]): RunQuestion | null {
  const question = run?.question ?? null;
  return question?.answer === null && run?.status === "waiting" ? question : null;
}

/** A comment that asks the person who wanted the work, or reminds them. It mentions nobody else. */
export function renderQuestionNotice(
  question: RunQuestion,
  occasion: "asked" | "reminder",
  to: { actor: string; issue: number; code: string; markerKey: string },
): string {
  const isLogin = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(to.actor);
  const name = isLogin ? `@${to.actor}: ` : "";
  const head =
    occasion === "asked"
      ? `${name}Claude asks, and waits for an answer.`
      : `${name}Claude still waits for an answer to this, until ${instant(question.until)}.`;
  return [noticeMarker(to, to.markerKey), head, items(question), `<sub>${howToAnswer(question)}</sub>`].join("\n\n");
}

function items({ items: asked }: RunQuestion): string {
  const isOne = asked.length === 1;
  return asked.map((item, at) => [title(item, isOne ? null : at + 1), ...choices(item)].join("\n\n")).join("\n\n");
}

function title({ question }: QuestionItem, number: number | null): string {
  const text = neutralMarkdown(question.replace(/\s+/g, " ").trim(), 4_000);
  return number === null ? `**Claude asks:** ${text}` : `**Question ${number}:** ${text}`;
}

function choices({ options, multiSelect }: QuestionItem): string[] {
  if (options.length === 0) return [];
  const lines = options.map(({ label, description }, at) => {
    const more = description.trim() === "" ? "" : `: ${oneLine(description)}`;
    return `${at + 1}. **${oneLine(label)}**${more}`;
  });
  return multiSelect ? [lines.join("\n"), "Several of them may be chosen."] : [lines.join("\n")];
}

function oneLine(text: string): string {
  return neutralMarkdown(text.replace(/\s+/g, " ").trim(), 1_500);
}

function howToAnswer({ items: asked, until }: RunQuestion): string {
  const how =
    asked.length === 1
      ? "with the number of a choice or in your own words"
      : "with one line for each question, such as `1: 2` for the second choice of the first, or in your own words";
  return `Answer in a comment, ${how}. After ${instant(until)} this is handed over to a person.`;
}
