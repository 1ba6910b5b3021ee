import { inCli } from "#protocol/command-words.ts";
import type { Task } from "#protocol/task.ts";
import type { Context } from "./context.ts";
import { FailedError } from "./errors.ts";
import { lookOf, whyOf } from "./task-view.ts";

type Access = Awaited<ReturnType<Context["connect"]>>;

/**
 * Queues a run of the task where none is alive, and follows it until Claude works on it or it is clear why not.
 * @param isTold whether to say what happens meanwhile
 * @throws FailedError when the run has failed before that
 */
export function startTask(context: Context, access: Access, name: string, isTold: boolean): Promise<Task> {
  return context.busy(`${name}: until Claude works on it`, () => begin(context, access, name, isTold));
}

async function begin(context: Context, access: Access, name: string, isTold: boolean): Promise<Task> {
  const { call, server, token } = access;
  const params = { task: name };
  const before = (await call("showTask", { params })).task;
  if (!isAlive(before)) await call("retryTask", { params, body: { by: context.person } });
  const { liveFrames } = await import("./live.ts");
  const leaving = new AbortController();
  let told = "";
  const look = (task: Task): Task | null => {
    const why = task.status === "queued" ? whyOf(task) : stepOf(task);
    if (isTold && why !== "" && why !== told) context.say(`${name}: ${why}`);
    told = why;
    if (hasInstance(task) || isHeldUp(task)) return task;
    if (isAlive(task)) return null;
    if (task.status === "in_review") return task;
    throw new FailedError(
      `${name} ${lookOf(task).word}: ${whyOf(task)}`,
      (task.reason?.advice && inCli(task.reason.advice, name)) ?? `See: cc-orchestrator task show ${name}`,
    );
  };
  try {
    for await (const frame of liveFrames({ server, token, signal: leaving.signal })) {
      const isOurs = frame.kind === "event" && frame.event.body.kind === "task" && frame.event.body.task.name === name;
      if (frame.kind === "event" && !isOurs) continue;
      const found = look((await call("showTask", { params })).task);
      if (found !== null) return end(context, found, isTold);
    }
  } finally {
    leaving.abort();
  }
  return end(context, (await call("showTask", { params })).task, isTold);
}

function end(context: Context, task: Task, isTold: boolean): Task {
  if (!isTold) return task;
  if (hasInstance(task)) context.say(`Watch it: cc-orchestrator attach ${task.name}`);
  else if (task.reason?.advice !== undefined) context.say(inCli(task.reason.advice, task.name));
  return task;
}

function isAlive({ runs }: Task): boolean {
  return runs.some(({ status }) => status !== "completed");
}

function hasInstance({ runs }: Task): boolean {
  return runs.some(({ status, attach }) => status === "in_progress" && attach !== null);
}

/** It stands in the queue for a reason that a person may want to do something about. */
function isHeldUp({ status, reason }: Task): boolean {
  return (status === "queued" && reason !== null) || status === "waiting" || status === "blocked";
}

/** The step that is under way. */
function stepOf({ runs }: Task): string {
  const step = runs.at(-1)?.steps.at(-1);
  return step === undefined ? "" : `${step.name} ${step.state}`;
}
