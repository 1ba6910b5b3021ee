import { isLocal } from "#domain/local.ts";
import { type TaskFacts, taskStateOf } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/**
 * The branch that the work on a task starts from; null for the repository's own. Where it needs another task of the same
 * repository on this machine, whose work is done and not merged yet, that is the other's branch: the work would not find
 * there what it builds on. Of several such tasks none comes before the others.
 */
export function baseOfWork({ store }: Pick<World, "store">, task: TaskFacts): string | null {
  const own = task.policy.base ?? null;
  if (!isLocal(task.repository)) return own;
  const unmerged = store.needs.of(task.id).flatMap((id) => {
    const need = store.tasks.get(id);
    if (need === null || need.repository.id !== task.repository.id || need.policy.base !== own) return [];
    return taskStateOf(need, store.runs.ofTask(id), null).status === "in_review" ? [need.branch] : [];
  });
  const [only, ...others] = unmerged;
  return only !== undefined && others.length === 0 ? only : own;
}
