/**
 * How Claude may ask although nobody is there (`claude` 2.1.197): the flag `--permission-prompt-tool` brings its tool
 * AskUserQuestion into print mode, and a hook puts each call off (`defer`): the process ends with the question. Resumed,
 * it asks the hook about the same call again, which then has the answer.
 */
import { join } from "node:path";
import type { Answers, Asked, QuestionItem } from "#protocol/question.ts";
import { quoted } from "./shell-word.ts";

export type Answered = Asked & { readonly answers: Answers };

/** Tools that the flag brings along, and that nobody would answer. */
export const removedWithQuestions = ["EnterPlanMode", "ExitPlanMode"];

export const questionTool = "AskUserQuestion";

export const questionFlags = ["--permission-prompt-tool", "stdio"];

/** The hook for the settings, and the files that it reads, below `folder`. */
export function questionHook(
  folder: string,
  answered: Answered | null,
): { hooks: object; files: Readonly<Record<string, string>> } {
  const file = (name: string) => quoted(join(folder, name));
  const later = `cat ${file(names.later)}`;
  const command =
    answered === null ? later : `if grep -qF -f ${file(names.call)}; then cat ${file(names.answer)}; else ${later}; fi`;
  const files = {
    [names.later]: `${JSON.stringify(decision({ permissionDecision: "defer" }))}\n`,
    ...(answered === null
      ? {}
      : { [names.call]: `${JSON.stringify(answered.toolUseId)}\n`, [names.answer]: allow(answered) }),
  };
  return {
    hooks: { PreToolUse: [{ matcher: questionTool, hooks: [{ type: "command", command, timeout: 30 }] }] },
    files,
  };
}

const names = { later: "question-later.json", call: "question-call.txt", answer: "question-answer.json" };

function allow({ items, answers }: Answered): string {
  const updatedInput = { questions: items, answers };
  return `${JSON.stringify(decision({ permissionDecision: "allow", updatedInput }))}\n`;
}

function decision(of: object): object {
  return { hookSpecificOutput: { hookEventName: "PreToolUse", ...of } };
}

/** What a put-off tool call asks, bounded; null when it is no question. */
export function askedOf(
  deferred: { readonly id: string; readonly name: string; readonly input: Readonly<Record<string, unknown>> },
  redact: (text: string) => string,
): Asked | null {
  if (deferred.name !== questionTool || !/^[\w-]{1,200}$/.test(deferred.id)) return null;
  const text = (value: unknown, most: number) => redact(typeof value === "string" ? value : "").slice(0, most);
  const items = listAt(deferred.input.questions)
    .slice(0, 10)
    .map(
      (one): QuestionItem => ({
        question: text(one.question, 2_000),
        header: text(one.header, 100),
        multiSelect: one.multiSelect === true,
        options: listAt(one.options)
          .slice(0, 10)
          .map(({ label, description }) => ({ label: text(label, 300), description: text(description, 1_000) }))
          .filter(({ label }) => label !== ""),
      }),
    )
    .filter(({ question }) => question !== "");
  return items.length === 0 ? null : { toolUseId: deferred.id, items };
}

function listAt(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}

/** The answer in words, for a session that does not know its question. */
export function answeredInWords({ items, answers }: Answered): string {
  const lines = items.map(({ question }) => `You asked: ${question}\nThe answer: ${answers[question] ?? "none"}`);
  return `Before this, you asked something about it and were answered:\n\n${lines.join("\n\n")}`;
}
