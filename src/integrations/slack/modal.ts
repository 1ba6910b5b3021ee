import type { ModalView } from "@slack/types";
import { z } from "zod";
import type { Task } from "#protocol/task.ts";
import { answerText, cutTo, openQuestion } from "../card.ts";
import { type ButtonMeaning, readValue, writeValue } from "../pressed.ts";

const callback = "cco:answer";
/** Slack's limits of an input's label and of its text. */
const labelLength = 2_000;
const textLength = 3_000;

/** A form for words of one's own: one field for each question. */
export function answerModal(task: Task): ModalView | null {
  const question = openQuestion(task);
  if (question === null) return null;
  return {
    type: "modal",
    callback_id: callback,
    private_metadata: writeValue({ task: task.name, question: question.askedAt }),
    title: { type: "plain_text", text: cutTo(`Answer ${task.name}`, 24) },
    submit: { type: "plain_text", text: "Answer" },
    blocks: question.items.map((item, at) => ({
      type: "input",
      block_id: `q${at}`,
      label: { type: "plain_text", text: cutTo(item.question, labelLength) },
      element: { type: "plain_text_input", action_id: "words", multiline: true, max_length: textLength },
    })),
  };
}

const Submitted = z.object({
  type: z.literal("view_submission"),
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    callback_id: z.literal(callback),
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.object({ words: z.object({ value: z.string().nullable() }) })) }),
  }),
});

export type SubmittedAnswer = Pick<ButtonMeaning, "task" | "question"> & { user: string; view: string; words: string };

/** @returns null for what is no form of ours */
export function readSubmitted(body: unknown): SubmittedAnswer | null {
  const read = Submitted.safeParse(body);
  if (!read.success) return null;
  const { user, view } = read.data;
  const about = readValue(view.private_metadata);
  if (about === null) return null;
  const fields = Object.entries(view.state.values).sort(([one], [other]) => one.localeCompare(other));
  return {
    ...about,
    user: user.id,
    view: view.id,
    words: answerText(fields.map(([, field]) => field.words.value ?? "")),
  };
}
