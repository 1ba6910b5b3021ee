import { isAlive, type RepositoryRef, type TaskFacts } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/** Ended tasks are looked at for this long. */
const weekMs = 7 * 24 * 60 * 60_000;

/**
 * Work that was pushed and never got its pull request: because GitHub refused at the time, or because the runner died
 * between the push and its report. @returns the branches whose pull request is opened now
 */
export async function reconcileBranches(world: World, repository: RepositoryRef): Promise<string[]> {
  const { store } = world;
  const opened: string[] = [];
  for (const task of store.tasks.current(repository.id, world.clock() - weekMs)) {
    if (task.pullRequest !== null || task.cancelled !== null || task.branch === "") continue;
    if (!(await hasWork(world, task))) continue;
    store.transaction(() => store.surfaces.markDue(task.id, world.clock()));
    opened.push(task.branch);
  }
  if (opened.length > 0) world.bell.work();
  return opened;
}

async function hasWork(world: World, task: TaskFacts): Promise<boolean> {
  const { store } = world;
  const runs = store.runs.ofTask(task.id).filter((run) => run.createdAt >= task.snapshot.takenAt);
  if (runs.some((run) => run.headSha !== null && run.commits.length > 0)) return true;
  const last = runs.at(-1);
  // Only a runner that has said where it works has settled which branch is the task's.
  if (last === undefined || isAlive(runs) || last.baseSha === null || last.conclusion === "success") return false;
  const work = await world.github.branchWork(task.repository, task.branch, task.policy.base ?? null);
  if (work === null || work.diff.files === 0) return false;
  store.transaction(() => {
    const run = store.runs.get(last.id);
    if (run !== null) store.runs.update({ ...run, ...work });
  });
  return true;
}
