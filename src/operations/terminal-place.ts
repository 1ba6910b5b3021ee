import type { TaskName } from "#protocol/words.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/**
 * Where a task is being worked on now: whose terminal somebody sees who looks at it.
 * @throws ProblemError 404 where there is no such task, 409 `no_terminal` where nothing works on it
 */
export function terminalPlace(world: World, name: TaskName): { runId: number; runnerId: number } {
  const task = loadTask(world, name);
  const run = world.store.runs.ofTask(task.id).findLast(({ status }) => status === "in_progress");
  if (run === undefined || run.runnerId === null)
    throw new ProblemError({
      status: 409,
      code: "no_terminal",
      title: `Nothing works on ${name} now, so that there is no terminal to see.`,
      advice: "What was said and done is in its log.",
    });
  return { runId: run.id, runnerId: run.runnerId };
}

/** Who has the run's session at its own screen at this moment; null for nobody. */
export function takenBy({ store }: Pick<World, "store">, runId: number): string | null {
  const takeover = store.runs.get(runId)?.takeover ?? null;
  return takeover?.state === "held" ? takeover.by : null;
}
