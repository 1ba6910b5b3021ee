import type { Standing } from "#operations/standings.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";

/**
 * An answer as this person gets it: with the tasks and runners that they see, and with what they may do. Null is the
 * operator, who sees all of it as it is.
 */
export function shownTo(standing: Standing | null, answer: unknown): unknown {
  if (standing === null || typeof answer !== "object" || answer === null) return answer;
  const shown: Record<string, unknown> = { ...answer };
  if ("tasks" in shown) shown.tasks = (shown.tasks as Task[]).flatMap((task) => taskFor(standing, task) ?? []);
  if ("task" in shown) shown.task = taskFor(standing, shown.task as Task) ?? shown.task;
  if ("runners" in shown) shown.runners = (shown.runners as Runner[]).flatMap((one) => runnerFor(standing, one) ?? []);
  return shown;
}

/** Null when they do not see it. */
export function taskFor(standing: Standing, task: Task): Task | null {
  return standing.sees(task.repository) ? { ...task, may: [...standing.may(task.repository)] } : null;
}

/** Null when it works for repositories only that they do not see. */
export function runnerFor(standing: Standing, runner: Runner): Runner | null {
  if (standing.isAdmin || runner.repositories.length === 0) return runner;
  const repositories = runner.repositories.filter((name) => standing.sees(name));
  return repositories.length === 0 ? null : { ...runner, repositories };
}
