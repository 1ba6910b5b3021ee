import { awaitsApproval, planBefore, planReasons, waitingPlan } from "#domain/plan.ts";
import { currentRun, isAlive, type TaskFacts, taskStateOf } from "#domain/task.ts";
import type { Reason, TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { goOnFrom } from "./revise-plan.ts";

/** Approves what of a task waits for that. @throws ProblemError 404, 409 with the reason why there is nothing to approve */
export function approveTask(world: World, name: TaskName, by: string): void {
  const refusal = world.store.transaction(() => approve(world, loadTask(world, name), by));
  if (refusal === null) return;
  const { code, sentence, advice } = refusal;
  throw new ProblemError({ status: 409, code, title: sentence, ...(advice === undefined ? {} : { advice }) });
}

/**
 * Part of a transaction: the plan that waits is carried out in its own session, or the finished pull request leaves the
 * draft state.
 * @returns why nothing was approved; null when it was
 */
export function approve(world: World, task: TaskFacts, by: string): Reason | null {
  const runs = world.store.runs.ofTask(task.id);
  const run = currentRun(runs);
  const plan = waitingPlan(task, run);
  if (plan !== null) {
    note(world, task, "plan", by);
    goOnFrom(world, plan, "implement");
    return null;
  }
  if (run === null) return planReasons.nothing();
  if (isAlive(runs) && run.purpose === "plan") return planReasons.isWritten();
  const { approvals } = task.snapshot;
  if (task.policy.approval) {
    if (approvals?.pullRequest !== undefined) return planReasons.approvedAlready(approvals.pullRequest.by);
    if (taskStateOf(task, runs, null).status !== "in_review" || !awaitsApproval(task)) {
      return isAlive(runs) ? planReasons.unfinished() : planReasons.nothing();
    }
    const pushed = runs.findLast(({ headSha }) => headSha !== null);
    if (pushed !== undefined && pushed.findings.length > 0) return planReasons.toBeLookedAt();
    note(world, task, "pullRequest", by);
    return null;
  }
  const isOld = approvals?.plan === undefined || planBefore(task, runs, run) === null;
  return isOld ? planReasons.nothing() : planReasons.approvedAlready(approvals.plan?.by ?? "Somebody");
}

function note(world: World, task: TaskFacts, what: "plan" | "pullRequest", by: string): void {
  const at = world.clock();
  const { snapshot } = task;
  const approvals = { ...snapshot.approvals, [what]: { by, at } };
  world.store.tasks.update({ ...task, snapshot: { ...snapshot, approvals }, updatedAt: at });
  world.store.surfaces.markDue(task.id, at);
  world.bell.task(task.id);
  world.bell.work();
}
