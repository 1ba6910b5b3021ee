import { z } from "zod";
import { LogLine } from "./report.ts";
import { Instant, TaskName } from "./words.ts";

/** The longest text that is searched for. */
export const mostSearched = 500;

/** Which lines of all logs are wanted; what is absent lets everything through. */
export const LogQuery = z.object({
  /** Words in any order, `"a phrase"` as it stands; without regard to case. */
  q: z.string().max(mostSearched).default(""),
  /** `q` is one regular expression, as JavaScript has them, without regard to case. */
  regex: z.enum(["0", "1"]).default("0"),
  task: TaskName.optional(),
  /** The name of the runner that wrote it. */
  runner: z.string().max(100).optional(),
  kind: LogLine.shape.kind.optional(),
  /** `error` is what tells of a failure; a kind is that one and what matters more. */
  level: z.enum(["error", "note", "step", "say", "tool", "result", "think"]).optional(),
  /** From this instant on, and before that one. */
  from: Instant.optional(),
  to: Instant.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  /** Where an earlier answer came to: its `next`. */
  cursor: z
    .string()
    .regex(/^\d{1,15}\.\d{1,15}\.\d{1,15}$/)
    .optional(),
});
export type LogQuery = z.output<typeof LogQuery>;

/** A line, and where it stands. */
export const FoundLine = LogLine.extend({
  /** Names the line for good, for links to it. */
  id: z.string(),
  task: TaskName,
  run: z.int().positive(),
  runner: z.string().nullable(),
});
export type FoundLine = z.infer<typeof FoundLine>;

export const FoundLines = z.object({
  /** The newest run's first, and of each run the newest line first. */
  lines: z.array(FoundLine),
  /** Where to go on; null when all was looked through. An answer may hold few lines and still have a next one. */
  next: z.string().nullable(),
});
export type FoundLines = z.infer<typeof FoundLines>;
