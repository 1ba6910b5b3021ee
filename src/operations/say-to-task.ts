import { waitingPlan } from "#domain/plan.ts";
import { currentRun, isAlive } from "#domain/task.ts";
import type { TaskName } from "#protocol/words.ts";
import { startFollowUp } from "./follow-start.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { revisePlan } from "./revise-plan.ts";
import { sayWords } from "./say-words.ts";

/** Tells the session of a task that is at work, or about to be. @throws ProblemError 404, 409 when nobody would hear it */
export function sayToTask(world: World, name: TaskName, said: { by: string; text: string }): void {
  world.store.transaction(() => {
    const task = loadTask(world, name);
    const runs = world.store.runs.ofTask(task.id);
    const plan = waitingPlan(task, currentRun(runs));
    if (plan !== null) return revisePlan(world, task, plan, { ...said, at: world.clock(), comment: null });
    const { pullRequest } = task;
    const isReviewed = !isAlive(runs) && currentRun(runs)?.conclusion === "success" && pullRequest?.state === "open";
    if (isReviewed) {
      // There is nothing else that the words could wait for: Claude goes on with them, as it does with a comment's.
      const { number, headSha } = pullRequest;
      startFollowUp(world, task, { pullRequest: number, headSha, purpose: "continue", askedBy: said.by }, []);
    } else if (!isAlive(runs)) {
      throw new ProblemError({
        status: 409,
        code: "not_running",
        title: `${name} is not being worked on, so nobody would hear it.`,
        advice: `Start another attempt first: cc-orchestrator task retry ${name}`,
      });
    }
    sayWords(world, loadTask(world, name), { ...said, at: world.clock(), comment: null });
  });
  world.bell.queue();
}
