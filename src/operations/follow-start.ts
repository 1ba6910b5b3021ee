import type { FollowUp } from "#domain/follow-up.ts";
import type { FollowUpBrief } from "#domain/follow-up-brief.ts";
import { newRun, type RunFacts } from "#domain/run.ts";
import { advance } from "#domain/run-machine.ts";
import { currentRun, type TaskFacts } from "#domain/task.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { World } from "./ports/world.ts";

/** Part of a transaction: queues a run that goes on with the task's session, and remembers what it is for. */
export function startFollowUp(
  world: World,
  task: TaskFacts,
  brief: FollowUpBrief,
  causes: readonly string[],
): RunFacts {
  const { store } = world;
  const now = world.clock();
  const runs = store.runs.ofTask(task.id);
  // The session of the last run that Claude was heard in; a runner that does not have it starts afresh.
  const last = runs.findLast(({ claudeVersion }) => claudeVersion !== null) ?? null;
  const run = store.runs.insert(
    newRun({
      taskId: task.id,
      purpose: brief.purpose,
      attempt: runs.filter(({ purpose }) => purpose === brief.purpose).length + 1,
      sessionId: last?.sessionId ?? world.newSessionId(),
      resume: last !== null,
      notBefore: null,
      now,
    }),
  );
  store.followUps.insert({ runId: run.id, taskId: task.id, brief });
  for (const cause of causes) store.followUps.remember(task.id, cause, now);
  store.tasks.update({ ...task, cancelled: null, handOver: null, updatedAt: now });
  refreshQueuedSurfaces(world);
  store.surfaces.markDue(task.id, now);
  world.bell.task(task.id);
  return run;
}

/** Part of a transaction: from here on a person has to go on, and the surfaces say why. */
export function handOver(
  world: World,
  task: TaskFacts,
  headSha: string,
  { reason, causes }: Pick<Extract<FollowUp, { kind: "hand_over" }>, "reason" | "causes">,
): void {
  const { store } = world;
  const now = world.clock();
  const run = currentRun(store.runs.ofTask(task.id));
  if (run === null) return;
  for (const cause of causes) store.followUps.remember(task.id, cause, now);
  store.tasks.update({ ...task, handOver: { afterRun: run.id, headSha, reason }, updatedAt: now });
  store.surfaces.markDue(task.id, now);
  world.bell.task(task.id);
}

/** Repairs of checks in a row that nobody asked for, since anything else was done for the task. */
export function roundsOf(world: World, taskId: number): number {
  const { store } = world;
  const other = store.runs.ofTask(taskId).findLast(({ purpose }) => purpose !== "fix_checks")?.id ?? 0;
  const records = store.followUps.runsOf(taskId).filter(({ runId }) => runId > other);
  const asked = records.findLastIndex(({ brief }) => brief.purpose === "fix_checks" && brief.askedBy !== null);
  return records.length - Math.max(0, asked);
}

/** Part of a transaction: a queued run that is not needed any more ends before anybody has taken it. */
export function withdrawRun(world: World, run: RunFacts, sentence: string): void {
  const { store } = world;
  const now = world.clock();
  const ended = advance(run, { kind: "withdraw", reason: { code: "not_needed", sentence }, now });
  if (ended === null) return;
  store.runs.update(ended);
  refreshQueuedSurfaces(world);
  store.surfaces.markDue(run.taskId, now);
  world.bell.task(run.taskId);
}
