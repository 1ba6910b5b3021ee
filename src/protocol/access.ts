import { z } from "zod";

/** What somebody can do to a task besides seeing it. */
export const TaskDeed = z.enum([
  "answer",
  "approve",
  "continue",
  "edit",
  "fix-ci",
  "prioritise",
  "rebase",
  "remove",
  "retry",
  "say",
  "stop",
  "take_over",
]);
export type TaskDeed = z.infer<typeof TaskDeed>;
