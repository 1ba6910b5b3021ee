import { z } from "zod";
import { LogLine } from "./report.ts";
import { Runner } from "./runner.ts";
import { Task } from "./task.ts";
import { TaskName } from "./words.ts";

/** One thing that changed, as told to dashboards and `--watch`; `id` is the cursor to resume from. */
export const LiveEvent = z.object({
  id: z.int().min(0),
  body: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("task"), task: Task }),
    z.object({ kind: z.literal("runner"), runner: Runner }),
    z.object({ kind: z.literal("log"), task: TaskName, runId: z.int(), lines: z.array(LogLine) }),
  ]),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
