import { renderRemarks } from "#domain/remarks.ts";
import { isAlive, taskStateOf } from "#domain/task.ts";
import type { Remark } from "#protocol/diff.ts";
import type { TaskName } from "#protocol/words.ts";
import { startFollowUp } from "./follow-start.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { retryTask } from "./retry-task.ts";
import { sayWords } from "./say-words.ts";
import { sayMore } from "./steer-task.ts";

/**
 * Says remarks on lines to Claude as one message: to the run that is there, else to one that begins with them.
 * @throws ProblemError 404, 409
 */
export function remarkOnDiff(world: World, name: TaskName, of: { by: string; remarks: readonly Remark[] }): void {
  world.store.transaction(() => {
    const task = loadTask(world, name);
    const runs = world.store.runs.ofTask(task.id);
    const state = taskStateOf(task, runs, null);
    if (state.conclusion === "success") {
      throw new ProblemError({ status: 409, code: "already_done", title: `${name} is done: its work was merged.` });
    }
    const said = { by: of.by, at: world.clock(), text: renderRemarks(of.remarks), comment: null };
    const { pullRequest } = task;
    if (!isAlive(runs) && pullRequest?.state === "open") {
      const { number, headSha } = pullRequest;
      startFollowUp(world, task, { pullRequest: number, headSha, purpose: "continue", askedBy: of.by }, []);
      sayWords(world, loadTask(world, name), said);
      return;
    }
    sayMore(world, { task, runs, state, queueReason: null }, said);
    if (!isAlive(runs)) retryTask(world, name);
  });
  world.bell.queue();
  world.bell.work();
}
