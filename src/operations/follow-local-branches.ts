import { isLocal } from "#domain/local.ts";
import { currentRun, isAlive, type TaskFacts } from "#domain/task.ts";
import { NoCheckoutError } from "./ports/checkouts.ts";
import type { World } from "./ports/world.ts";

/** One of before that is left: whoever has not merged it by then has forgotten it, or does not want it. */
const monthMs = 30 * 24 * 60 * 60_000;

/** The tasks of this machine's repositories whose work waits there to be merged. */
export function restingLocalTasks({ store, clock }: Pick<World, "store" | "clock">): TaskFacts[] {
  return store.tasks
    .repositories()
    .filter(isLocal)
    .flatMap(({ id }) => store.tasks.current(id, clock() - monthMs))
    .filter((task) => task.cancelled === null && pushedBy(store, task) !== null);
}

/**
 * Somebody may have merged the branch of a task into the one that it began from, which nobody tells of: then the task is
 * done, as if a pull request were merged.
 * @returns the tasks that are done now
 */
export async function followLocalBranches(world: World, folder: string): Promise<number[]> {
  const done: number[] = [];
  for (const task of restingLocalTasks(world)) {
    if (task.cloneUrl !== folder || task.policy.base === undefined) continue;
    const { base } = task.policy;
    const run = pushedBy(world.store, task);
    if (run?.headSha == null || !(await isMerged(world, folder, base, run.headSha))) continue;
    const isStill = world.store.transaction(() => {
      const now = world.store.tasks.get(task.id);
      // A run that has begun meanwhile goes on from there.
      if (now === null || pushedBy(world.store, now)?.id !== run.id) return false;
      world.store.tasks.update({ ...now, merged: { afterRun: run.id, into: base }, updatedAt: world.clock() });
      return true;
    });
    if (!isStill) continue;
    done.push(task.id);
    world.bell.task(task.id);
  }
  if (done.length > 0) world.bell.queue();
  return done;
}

/** The newest run of a task that rests, where it has left something to be merged that is not known to be. */
function pushedBy(store: World["store"], task: TaskFacts) {
  const runs = store.runs.ofTask(task.id);
  const run = currentRun(runs);
  if (run === null || isAlive(runs) || run.conclusion !== "success" || task.merged?.afterRun === run.id) return null;
  const pushed = runs.findLast(({ headSha, commits }) => headSha !== null && commits.length > 0);
  return pushed === undefined ? null : { id: run.id, headSha: pushed.headSha };
}

async function isMerged(world: World, folder: string, base: string, headSha: string): Promise<boolean> {
  try {
    const checkout = await world.checkouts.look(folder);
    return await checkout.hasMerged(base, headSha);
  } catch (error) {
    // The folder is gone: nothing can be told of it.
    if (error instanceof NoCheckoutError) return false;
    throw error;
  }
}
