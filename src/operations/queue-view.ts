import { type QueuedRun, queueReasonFor, type Taker } from "#domain/dispatch.ts";
import { holdOf } from "#domain/holds.ts";
import { graceMs, leaseMs } from "#domain/lease.ts";
import { reasons } from "#domain/reasons.ts";
import type { RunFacts } from "#domain/run.ts";
import type { TaskFacts } from "#domain/task.ts";
import type { Reason } from "#protocol/words.ts";
import { holdFactsOf } from "./holds.ts";
import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";

/** The queue, the runners that are there and what is in progress, as dispatch looks at them. */
export type QueueView = { queue: QueuedRun[]; takers: Taker[]; busy: Map<string, number> };

export function loadQueue(world: World): QueueView {
  const { store } = world;
  const held = store.runs.held();
  const busy = new Map<string, number>();
  for (const run of held) {
    const repository = store.tasks.get(run.taskId)?.repository.name;
    if (repository) busy.set(repository, (busy.get(repository) ?? 0) + 1);
  }
  const queue = store.runs.queued().flatMap((run) => {
    const task = store.tasks.get(run.taskId);
    return task === null ? [] : [queuedRun(world, run, task, held)];
  });
  const takers = store.runners
    .list()
    .filter((runner) => isOnline(runner, world.clock()) && !runner.draining)
    .map((runner) => takerOf(runner, held));
  return { queue, takers, busy };
}

/** A runner that was heard from within lease and grace. */
export function isOnline(runner: RunnerFacts, now: number): boolean {
  return runner.heartbeatAt !== null && now < runner.heartbeatAt + leaseMs + graceMs && !isOver(runner, now);
}

/** A job of GitHub Actions whose time is over: no runner any more. */
export function isOver(runner: RunnerFacts, now: number): boolean {
  return runner.endsAt !== null && now >= runner.endsAt;
}

/** Why the task's run is still in the queue; null when it is not, or is about to be taken. */
export function queueReasonOf(world: World, runs: readonly RunFacts[], view: QueueView): Reason | null {
  const run = runs.find((one) => one.status === "queued");
  const place = view.queue.find((one) => one.runId === run?.id);
  if (run === undefined || place === undefined) return null;
  if (place.held !== null) return place.held;
  if (run.notBefore !== null && run.notBefore > world.clock()) {
    const last = runs.filter((one) => one.id < run.id).at(-1)?.reason ?? null;
    if (last?.code === "usage_limit") return reasons.usageLimit(new Date(run.notBefore).toISOString());
    return reasons.retryLater(new Date(run.notBefore).toISOString().slice(11, 16).concat(" UTC"), last);
  }
  return queueReasonFor(place, view.queue, view.takers, view.busy, world.clock());
}

function queuedRun(world: World, run: RunFacts, task: TaskFacts, held: readonly RunFacts[]): QueuedRun {
  const runs = world.store.runs.ofTask(task.id);
  const sameSession = runs.filter((one) => one.id !== run.id && one.sessionId === run.sessionId).at(-1);
  const lastId = run.question?.runnerId ?? sameSession?.runnerId ?? null;
  // A job of GitHub Actions takes the session with it when it ends.
  const last = lastId === null ? null : world.store.runners.get(lastId);
  return {
    runId: run.id,
    repository: task.repository.name,
    priority: task.priority,
    labels: task.policy.runs_on,
    createdAt: run.createdAt,
    notBefore: run.notBefore,
    lastRunnerId: last !== null && isOver(last, world.clock()) ? null : (last?.id ?? null),
    resume: run.resume,
    held: holdOf(holdFactsOf(world, task, runs, held)),
  };
}

/** Why it takes nothing although it is there: by a person's word, or by its own. */
export function heldBack(runner: RunnerFacts): Reason | null {
  return runner.paused ? reasons.runnerPaused(runner.paused) : runner.notClaiming;
}

/** The runner as dispatch looks at it. */
export function takerOf(runner: RunnerFacts, held: readonly RunFacts[]): Taker {
  const busy = held.filter((run) => run.runnerId === runner.id).length;
  return {
    runnerId: runner.id,
    name: runner.name,
    labels: runner.labels,
    repositories: runner.repositories,
    freeSlots: Math.max(0, runner.slots - busy),
    notClaiming: heldBack(runner),
    onlyRun: runner.onlyRun,
  };
}
