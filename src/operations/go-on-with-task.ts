import { statusRefusal } from "#domain/commands/refusal.ts";
import { taskStateOf } from "#domain/task.ts";
import type { Reason, TaskName } from "#protocol/words.ts";
import { type AskedVerb, followAsked } from "./follow-asked.ts";
import { loadTask } from "./load-task.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

const verbOf = {
  continue: "continue",
  fix_checks: "fix-ci",
  resolve_conflicts: "rebase",
} as const satisfies Record<string, AskedVerb>;

/**
 * Begins a follow-up run in the task's own session, as a comment would: what it has to know is asked of GitHub first.
 * @throws ProblemError 404, 409 with the reason why nothing was begun
 */
export async function goOnWithTask(
  world: World,
  name: TaskName,
  asked: { by: string; how: keyof typeof verbOf },
): Promise<void> {
  const { store } = world;
  const verb = verbOf[asked.how];
  const refusalNow = (): Reason | null => {
    const task = loadTask(world, name);
    const state = taskStateOf(task, store.runs.ofTask(task.id), null);
    return statusRefusal({ verb }, { task, state });
  };
  const refusal = refusalNow();
  const begin = refusal === null ? await followAsked(world, loadTask(world, name), verb, asked.by) : () => refusal;
  const reason = store.transaction(() => refusalNow() ?? begin());
  world.bell.work();
  if (reason === null) return;
  const { code, sentence, advice } = reason;
  throw new ProblemError({ status: 409, code, title: sentence, ...(advice === undefined ? {} : { advice }) });
}
