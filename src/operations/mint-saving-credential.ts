import type { RunnerFacts } from "./ports/runners.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/** How long after its end a run's saved work may still be sent. */
const windowMs = 7 * 24 * 3_600_000;

/**
 * A token for saving the work of a run that is over: its runner sends it to a recovery ref, which no branch is. Nobody gets
 * one while another run is at work on the task, so that whoever has lost a run never holds a token beside its successor.
 * @returns null where the run is not over: the runner asks as for any push
 * @throws ProblemError 409 `stale_lease`, 409 `task_busy`
 */
export async function mintSavingCredential(
  world: World,
  runner: RunnerFacts,
  runId: number,
  epoch: number,
): Promise<{ username: string; password: string; expiresAt: string } | null> {
  const { store } = world;
  const run = store.runs.get(runId);
  const isIts = run !== null && run.runnerId === runner.id && run.epoch === epoch;
  if (isIts && run.status !== "completed") return null;
  if (!isIts || world.clock() - (run.completedAt ?? 0) > windowMs) {
    throw new ProblemError({
      status: 409,
      code: "stale_lease",
      title: `The work of run ${runId} is not runner ${runner.name}'s to save under token ${epoch}, or not any more.`,
      advice: "It stays in the runner's mirror: cc-orchestrator task recover.",
    });
  }
  const isBusy = store.runs.ofTask(run.taskId).some(({ status }) => status === "in_progress" || status === "waiting");
  if (isBusy) {
    throw new ProblemError({
      status: 409,
      code: "task_busy",
      title: "Another run is at work on this task; its branch is not touched meanwhile.",
    });
  }
  const task = store.tasks.get(run.taskId);
  if (task === null) throw new Error(`run ${runId} has no task`);
  return await world.github.credential(task.repository, "write");
}
