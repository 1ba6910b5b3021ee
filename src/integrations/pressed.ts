import { z } from "zod";
import { TaskName } from "#protocol/words.ts";
import type { Press } from "./card.ts";

/** What a button stands for: the verb and the number of a choice in its action, the task and its question in its value. */
export type ButtonMeaning = {
  verb: Press["verb"];
  choice: number | null;
  task: TaskName;
  /** When that was asked which it answers or approves. */
  question: string | null;
};

const Value = z.object({ task: TaskName, question: z.iso.datetime().nullable() });
export const Action = z.object({ action_id: z.string(), value: z.string().optional() });

/** Slack wants the actions of a message to have different ids. */
export function actionOf({ verb, choice, task, question }: ButtonMeaning): { action_id: string; value: string } {
  return { action_id: `cco:${verb}${choice === null ? "" : `:${choice}`}`, value: writeValue({ task, question }) };
}

export function writeValue({ task, question }: Pick<ButtonMeaning, "task" | "question">): string {
  return question === null ? task : `${task} ${question}`;
}

/** @returns null for what is no value of ours */
export function readValue(value: string): Pick<ButtonMeaning, "task" | "question"> | null {
  const [task, question = null] = value.split(" ");
  const read = Value.safeParse({ task, question });
  return read.success ? read.data : null;
}

/** @returns null for what is no button of ours */
export function readAction({ action_id: id, value }: z.infer<typeof Action>): ButtonMeaning | null {
  const found = /^cco:(approve|stop|retry|answer)(?::(\d{1,2}))?$/.exec(id);
  const about = readValue(value ?? "");
  if (found === null || about === null) return null;
  const choice = found[2] === undefined ? null : Number(found[2]);
  return { ...about, verb: found[1] as Press["verb"], choice };
}
