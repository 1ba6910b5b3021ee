import { z } from "zod";
import { Instant } from "./words.ts";

/** One question of Claude's, with the choices that it offers; anything else may be answered, too. */
export const QuestionItem = z.object({
  question: z.string().min(1).max(2_000),
  header: z.string().max(100),
  multiSelect: z.boolean(),
  options: z.array(z.object({ label: z.string().min(1).max(300), description: z.string().max(1_000) })).max(10),
});
export type QuestionItem = z.infer<typeof QuestionItem>;

/** What Claude asks in one go, and which of its tool calls waits for the answer. */
export const Asked = z.object({ toolUseId: z.string().min(1).max(200), items: z.array(QuestionItem).min(1).max(10) });
export type Asked = z.infer<typeof Asked>;

/** An answer for each question, by the question's text: labels of its choices, or free words. */
export const Answers = z.record(z.string(), z.string());
export type Answers = z.infer<typeof Answers>;

/** The most characters of an answer, and of anything else that is said to Claude. */
export const mostWords = 20_000;

/** What a run waits to be told, as programs outside the control plane see it. */
export const Question = z.object({
  items: z.array(QuestionItem),
  askedAt: Instant,
  /** When nobody has answered by then, the run is handed over to a person. */
  until: Instant,
  answer: z.object({ by: z.string(), at: Instant, answers: Answers }).nullable(),
});
export type Question = z.infer<typeof Question>;
