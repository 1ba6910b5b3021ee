import type { QuestionItem } from "#protocol/question.ts";
import type { Task } from "#protocol/task.ts";

/** What a person may say to a task now. */
export type Wanted =
  | { kind: "answer"; items: readonly QuestionItem[] }
  | { kind: "approval"; plan: string }
  | { kind: "message"; hint: string };

/** @returns null where nobody would hear it */
export function wordsWanted(task: Task): Wanted | null {
  const run = task.runs.at(-1);
  const question = run?.question;
  if (task.status === "waiting" && question && question.answer === null)
    return { kind: "answer", items: question.items };
  if (task.reason?.code === "plan_waits") return { kind: "approval", plan: run?.summary ?? "" };
  if (task.status === "in_progress") return { kind: "message", hint: "Claude hears it at its next step." };
  if (task.status === "queued" || task.status === "blocked")
    return { kind: "message", hint: "Claude reads it when it begins." };
  if (task.status === "in_review" && task.pullRequest?.state === "open" && task.folder === undefined)
    return { kind: "message", hint: "Claude goes on with it, in the same session." };
  return null;
}
