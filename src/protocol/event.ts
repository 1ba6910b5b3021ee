import { z } from "zod";
import { Run } from "./run.ts";
import { Runner } from "./runner.ts";
import { Task } from "./task.ts";
import { Instant, Reason, TaskName, TaskStatus } from "./words.ts";

/** A task as an event tells it: without its runs, which have events of their own. */
const ToldTask = Task.omit({ runs: true, may: true });

/** A run as an event tells it: how it stands, without its steps and to-do lists. */
const ToldRun = Run.omit({ steps: true, progress: true, commits: true, findings: true, attach: true }).extend({
  task: TaskName,
});

const TaskEvent = z.object({ task: ToldTask });
const RunEvent = z.object({ run: ToldRun, task: ToldTask });
const RunnerEvent = z.object({ runner: Runner });

/** What each kind of event carries. */
export const eventContents = {
  /** Somebody asked for something, and it was taken up. */
  "task.created": TaskEvent,
  /** Its status, its reason, its priority or its pull request is another one. */
  "task.updated": TaskEvent.extend({
    previous: z.object({ status: TaskStatus, reason: Reason.shape.code.nullable() }),
  }),
  /** It has come to its end: merged, failed, cancelled. */
  "task.completed": TaskEvent,
  "run.queued": RunEvent,
  "run.started": RunEvent,
  /** It waits for something, which its reason says. */
  "run.waiting": RunEvent,
  "run.completed": RunEvent,
  "runner.registered": RunnerEvent,
  "runner.online": RunnerEvent,
  "runner.offline": RunnerEvent,
  "runner.draining": RunnerEvent,
  /** Sent when somebody asks for it, to see whether it arrives. */
  "webhook.test": z.object({ sentence: z.string() }),
} as const satisfies Record<string, z.ZodType>;

export type EventType = keyof typeof eventContents;
export type EventContent<T extends EventType = EventType> = z.infer<(typeof eventContents)[T]>;

/** Every kind of event, in the order of the documentation. */
export const eventTypes = Object.keys(eventContents) as readonly EventType[];

/**
 * The body of a webhook of ours of this type, as the Standard Webhooks specification has it
 * (https://www.standardwebhooks.com).
 */
export function eventSchema<T extends EventType>(type: T) {
  return z.object({ type: z.literal(type), timestamp: Instant, data: eventContents[type] });
}
