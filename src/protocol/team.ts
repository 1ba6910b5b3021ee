import { z } from "zod";
import { Instant, TaskName } from "./words.ts";

/** Who is at a task's terminal at this moment: everybody who watches, and who of them types. */
export const Presence = z.object({
  task: TaskName,
  watchers: z.array(z.string()),
  hands: z.string().nullable(),
});
export type Presence = z.infer<typeof Presence>;

/** Something that somebody did to a task. */
export const TaskAct = z.object({
  task: TaskName,
  at: Instant,
  by: z.string(),
  place: z.enum(["dashboard", "program", "github", "slack", "discord", "jira", "hook"]),
  /** The route, `typeInTerminal`, or a command as it was written. */
  action: z.string(),
});
export type TaskAct = z.infer<typeof TaskAct>;
