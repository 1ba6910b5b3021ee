import type { EventContent, EventType } from "#protocol/event.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";

/** What was last told of a task: the next difference from it is the next event. */
export type ToldTask = {
  status: Task["status"];
  reason: string | null;
  /** What else makes a difference to whoever listens. */
  rest: string;
  /** Status and attempt of its runs, by their ids. */
  runs: Record<string, string>;
};

/** What was last told of a runner. */
export type ToldRunner = Runner["state"];

export type Happened = { [T in EventType]: { type: T; data: EventContent<T> } }[EventType];

/** What is to be remembered as told. */
export function toldOf(task: Task): ToldTask {
  const { pullRequest } = task;
  return {
    status: task.status,
    reason: task.reason?.code ?? null,
    rest: JSON.stringify([task.conclusion, task.priority, pullRequest, task.branch]),
    runs: Object.fromEntries(task.runs.map((run) => [String(run.id), runState(run)])),
  };
}

/**
 * The events that lie between what was told and how the task stands, in an order that makes sense: the task is created
 * before its run is queued, and completed after its run is.
 * @param before null when nothing was told of this task yet
 */
export function taskEvents(before: ToldTask | null, task: Task): Happened[] {
  const now = toldOf(task);
  const told = { task: withoutRuns(task) };
  const events: Happened[] = before === null ? [{ type: "task.created", data: told }] : [];
  for (const run of task.runs) {
    if (before?.runs[String(run.id)] === runState(run)) continue;
    const { steps: _, progress: __, commits: ___, findings: ____, attach: _____, ...facts } = run;
    events.push({ type: runEvent[run.status], data: { ...told, run: facts } });
  }
  if (before === null)
    return task.status === "completed" ? [...events, { type: "task.completed", data: told }] : events;
  if (before.status === now.status && before.reason === now.reason && before.rest === now.rest) return events;
  if (now.status === "completed" && before.status !== "completed") {
    events.push({ type: "task.completed", data: told });
  } else {
    events.push({
      type: "task.updated",
      data: { ...told, previous: { status: before.status, reason: before.reason } },
    });
  }
  return events;
}

/** @param before null when nothing was told of this runner yet */
export function runnerEvents(before: ToldRunner | null, runner: Runner): Happened[] {
  const events: Happened[] = before === null ? [{ type: "runner.registered", data: { runner } }] : [];
  if (before === runner.state || (before === null && runner.state === "offline")) return events;
  return [...events, { type: `runner.${runner.state}`, data: { runner } }];
}

const runEvent = {
  queued: "run.queued",
  in_progress: "run.started",
  waiting: "run.waiting",
  completed: "run.completed",
} as const satisfies Record<Task["runs"][number]["status"], EventType>;

/** A run that is queued, starts, waits and starts again is told each time. */
function runState(run: Task["runs"][number]): string {
  return [run.status, run.conclusion, run.reason?.code, run.runner].map((part) => part ?? "").join(" ");
}

function withoutRuns({ runs: _, ...task }: Task): Omit<Task, "runs"> {
  return task;
}
