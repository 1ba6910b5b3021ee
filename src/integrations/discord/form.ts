import { z } from "zod";
import type { Task } from "#protocol/task.ts";
import { answerText, cutTo, openQuestion } from "../card.ts";
import { type ButtonMeaning, readValue, writeValue } from "../pressed.ts";
import { componentTypes } from "./message.ts";

const prefix = "cco:answered ";
/** Discord's limits of a form, of a field's label and of its text. */
const mostFields = 5;
const labelLength = 45;
const textLength = 4_000;
/** A field for several lines. */
const paragraph = 2;

/** A form for words of one's own: a field for each question, or one for all where there are too many. */
export function answerForm(task: Task): object | null {
  const question = openQuestion(task);
  if (question === null) return null;
  const labels = question.items.map((item) => item.question);
  const fields = labels.length > mostFields ? ["One line for each question"] : labels;
  return {
    custom_id: `${prefix}${writeValue({ task: task.name, question: question.askedAt })}`,
    title: cutTo(`Answer ${task.name}`, 45),
    components: fields.map((label, at) => ({
      type: componentTypes.row,
      components: [
        {
          type: componentTypes.text,
          custom_id: `q${at}`,
          label: cutTo(label.replace(/\s+/g, " "), labelLength),
          style: paragraph,
          max_length: textLength,
          required: true,
        },
      ],
    })),
  };
}

const Fields = z.array(z.object({ components: z.array(z.object({ value: z.string().max(textLength) })).length(1) }));

/** @returns null for what is no form of ours */
export function readForm(data: {
  custom_id: string;
  components?: unknown[] | undefined;
}): (Pick<ButtonMeaning, "task" | "question"> & { words: string }) | null {
  if (!data.custom_id.startsWith(prefix)) return null;
  const about = readValue(data.custom_id.slice(prefix.length));
  const fields = Fields.safeParse(data.components);
  if (about === null || !fields.success) return null;
  return { ...about, words: answerText(fields.data.map(({ components }) => components[0]?.value ?? "")) };
}
