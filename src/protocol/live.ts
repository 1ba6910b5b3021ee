import { z } from "zod";
import { LogLine } from "./report.ts";
import { Runner } from "./runner.ts";
import { Task } from "./task.ts";
import { Presence, TaskAct } from "./team.ts";
import { TaskName } from "./words.ts";

/** One thing that changed, as told to dashboards and `--watch`; `id` is the cursor to resume from. */
export const LiveEvent = z.object({
  id: z.int().min(0),
  body: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("task"), task: Task }),
    z.object({ kind: z.literal("runner"), runner: Runner }),
    z.object({ kind: z.literal("log"), task: TaskName, runId: z.int(), lines: z.array(LogLine) }),
    /** Who is at a terminal from now on. */
    z.object({ kind: z.literal("presence"), ...Presence.shape }),
    /** Somebody has done something to a task. */
    z.object({ kind: z.literal("act"), ...TaskAct.shape }),
  ]),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
