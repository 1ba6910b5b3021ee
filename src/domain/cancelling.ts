import type { Reason } from "#protocol/words.ts";
import { isLocal } from "./local.ts";
import { waitingPlan } from "./plan.ts";
import type { RunFacts } from "./run.ts";
import { currentRun, isAlive, type TaskFacts, taskName, taskStateOf } from "./task.ts";

/**
 * Why a task cannot be cancelled; null where it can: something of it is under way, or it rests and nothing but a word of
 * its owner ends it, as before its first run and as a branch of this machine that nobody wants to merge.
 */
export function cancelRefusal(task: TaskFacts, runs: readonly RunFacts[]): Reason | null {
  const run = currentRun(runs);
  if (isAlive(runs) || waitingPlan(task, run) !== null) return null;
  const name = taskName(task.id);
  const { status } = taskStateOf(task, runs, null);
  if (status === "completed") return { code: "not_running", sentence: `${name} has nothing to stop: it has ended.` };
  const { pullRequest } = task;
  if (run === null || isLocal(task.repository)) return null;
  const sentence = `${name} has nothing to stop: its work is done, and waits for review.`;
  const advice = pullRequest === null ? {} : { advice: `Close its pull request, which ends it: ${pullRequest.url}` };
  return { code: "not_running", sentence, ...advice };
}
