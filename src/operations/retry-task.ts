import { currentRun, isAlive, taskStateOf } from "#domain/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { startFollowUp } from "./follow-start.ts";
import { loadTask } from "./load-task.ts";
import { refreshQueuedSurfaces } from "./mark-surfaces.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { insertRun } from "./submit-task.ts";

/** Queues a new run of a task that has ended without a merged pull request, with the words it was asked in. */
export function retryTask(world: World, name: TaskName): void {
  const { store } = world;
  store.transaction(() => {
    const task = loadTask(world, name);
    const runs = store.runs.ofTask(task.id);
    if (isAlive(runs)) {
      throw new ProblemError({ status: 409, code: "still_running", title: `${name} has not ended yet.` });
    }
    const { conclusion } = taskStateOf(task, runs, null);
    if (conclusion === "success") {
      throw new ProblemError({ status: 409, code: "already_done", title: `${name} is done: its work was merged.` });
    }
    const renewed = { ...task, cancelled: null, updatedAt: world.clock() };
    store.tasks.update(renewed);
    // What failed was a follow-up: the same once more, on the same pull request.
    const last = currentRun(runs);
    const again = last === null || last.conclusion === "success" ? null : store.followUps.of(last);
    if (again !== null && task.pullRequest?.state === "open") startFollowUp(world, renewed, again.brief, []);
    else insertRun(world, renewed, runs);
    // Whatever became of the label before this: the task is wanted now.
    if (task.issue !== null) {
      store.reconciling.judge(task.repository.id, task.issue.number, { judgedAt: renewed.updatedAt });
    }
    refreshQueuedSurfaces(world);
    store.surfaces.markDue(task.id, world.clock());
    world.bell.task(task.id);
  });
  world.bell.queue();
  world.bell.work();
}
