import type { Happening } from "#domain/happening.ts";
import { waitingPlan } from "#domain/plan.ts";
import { currentRun, isAlive, type TaskFacts } from "#domain/task.ts";
import { cancelRuns } from "./cancel-task.ts";
import type { World } from "./ports/world.ts";

type Withdrawn = Extract<Happening, { kind: "issue_unlabelled" | "issue_closed" }>;

/**
 * The label was taken off or the issue closed: what has not ended yet is stopped; finished work stays as it is.
 * Deliveries come in any order, so GitHub is asked whether it is still so.
 * @returns whether anything was stopped
 */
export async function withdrawTask(world: World, happening: Withdrawn): Promise<boolean> {
  const concerned = aliveTask(world, happening);
  if (concerned === null || !(await isStillSo(world, happening))) return false;
  return world.store.transaction(() => {
    const task = aliveTask(world, happening);
    if (task === null) return false;
    const how = happening.kind === "issue_closed" ? "the issue was closed" : "the issue label was removed";
    cancelRuns(world, task, { by: happening.actor.login, how });
    return true;
  });
}

function aliveTask(world: World, happening: Withdrawn): TaskFacts | null {
  const task = world.store.tasks.byIssue(happening.repository.id, happening.issue);
  const labels = task === null ? [] : labelsBehind(world, task);
  if (labels.length === 0) return null;
  return happening.kind === "issue_unlabelled" && !labels.includes(happening.label) ? null : task;
}

/** The issue labels that keep a task going: it is stopped when one of them is taken off. None when nothing is going on. */
export function labelsBehind({ store }: World, task: TaskFacts): string[] {
  const runs = store.runs.ofTask(task.id);
  const run = currentRun(runs);
  if (!isAlive(runs) && waitingPlan(task, run) === null) return [];
  const { label, plan_label } = task.policy;
  return run?.purpose === "plan" ? [label, plan_label] : [label];
}

async function isStillSo(world: World, happening: Withdrawn): Promise<boolean> {
  const now = await world.github.issueState(happening.repository, happening.issue);
  if (now === null || !now.isOpen) return true;
  return happening.kind === "issue_unlabelled" && !now.labels.includes(happening.label);
}
