import { statusRefusal } from "#domain/commands/refusal.ts";
import { taskStateOf } from "#domain/task.ts";
import type { Reason, TaskName } from "#protocol/words.ts";
import { type AskedVerb, followAsked } from "./follow-asked.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

/**
 * Begins a follow-up run of a task for somebody at the dashboard or the command line, as the command in a comment does.
 * @throws ProblemError 404, 409 with the reason why there is nothing to go on with
 */
export async function followTask(world: World, name: TaskName, verb: AskedVerb, by: string): Promise<void> {
  refuse(statusNow(world, name, verb));
  const begin = await followAsked(world, loadTask(world, name), verb, by);
  // Whatever happened while GitHub was asked counts.
  refuse(world.store.transaction(() => statusNow(world, name, verb) ?? begin()));
  world.bell.work();
}

function statusNow(world: World, name: TaskName, verb: AskedVerb): Reason | null {
  const task = loadTask(world, name);
  const state = taskStateOf(task, world.store.runs.ofTask(task.id), null);
  return statusRefusal({ verb }, { task, state });
}

function refuse(reason: Reason | null): void {
  if (reason === null) return;
  const { code, sentence, advice } = reason;
  throw new ProblemError({ status: 409, code, title: sentence, ...(advice === undefined ? {} : { advice }) });
}
