import { renderBudget, renderSaid } from "#domain/commands/answers.ts";
import { waitingPlan } from "#domain/plan.ts";
import { currentRun, type TaskFacts } from "#domain/task.ts";
import type { Priority } from "#protocol/task.ts";
import type { Outcome, TaskNow } from "./command-context.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { World } from "./ports/world.ts";
import { revisePlan } from "./revise-plan.ts";
import { type Said, sayWords } from "./say-words.ts";

/**
 * Part of a transaction: more words of somebody who may steer. A session that is at work hears them at its next step; a
 * run that has not begun has them in its request.
 */
export function sayMore(world: World, now: TaskNow, said: Said): Outcome {
  const { task } = now;
  const plan = waitingPlan(task, currentRun(now.runs));
  if (plan !== null) {
    revisePlan(world, task, plan, said);
    return { isDone: true, answer: null };
  }
  if (now.runs.some((run) => run.status !== "completed" && (run.status !== "queued" || run.resume))) {
    sayWords(world, task, said);
    return { isDone: true, answer: null };
  }
  const comment = { author: said.by, at: new Date(said.at).toISOString(), body: said.text };
  change(world, { ...task, snapshot: { ...task.snapshot, comments: [...task.snapshot.comments, comment] } });
  return { isDone: true, answer: renderSaid(whenOf(now)) };
}

/** Part of a transaction. */
export function setPriority(world: World, { task }: TaskNow, priority: Priority): Outcome {
  change(world, { ...task, priority });
  refreshQueuedSurfaces(world);
  world.bell.queue();
  return { isDone: true, answer: null };
}

/** Part of a transaction: dollars that each later run of the task may use. */
export function setBudget(world: World, now: TaskNow, usd: number): Outcome {
  const { task } = now;
  const { limits } = task.policy;
  // Whoever allows another run so much also allows the task as much more.
  const spent = now.runs.reduce((sum, run) => sum + (run.progress?.costUsd ?? 0), 0);
  const perTask = limits.usd_per_task === undefined ? {} : { usd_per_task: Math.max(limits.usd_per_task, spent + usd) };
  change(world, { ...task, policy: { ...task.policy, limits: { ...limits, usd, ...perTask } } });
  world.bell.queue();
  return { isDone: true, answer: renderBudget({ usd, before: limits.usd, when: whenOf(now) }) };
}

function change(world: World, task: TaskFacts): void {
  world.store.tasks.update({ ...task, updatedAt: world.clock() });
  world.store.surfaces.markDue(task.id, world.clock());
  world.bell.task(task.id);
}

/** Whether the next run is in the queue already, is held back by one that goes on, or has to be asked for. */
function whenOf({ runs }: TaskNow): "queued" | "running" | "ended" {
  if (runs.some((run) => run.status === "queued")) return "queued";
  return runs.some((run) => run.status !== "completed") ? "running" : "ended";
}
