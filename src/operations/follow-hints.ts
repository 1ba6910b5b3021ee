import type { LookAt } from "#domain/follow-up.ts";
import type { Happening } from "#domain/happening.ts";
import type { RepositoryRef, TaskFacts } from "#domain/task.ts";
import type { World } from "./ports/world.ts";

/** Events come in bursts: what they are about is looked at once, a moment later. */
const settleMs = 1_500;
/** After its base has moved, GitHub takes a while to work out whether a pull request can still be merged. */
const mergeableMs = 3_000;
/** Tasks among which those of a commit are looked for; older ones are found by reconciling. */
const dayMs = 24 * 60 * 60_000;

type Told<K extends Happening["kind"]> = Extract<Happening, { kind: K }>;

/** Checks of somebody on a commit have ended. That they went well matters only where the others were waited for. */
export function hintChecks(world: World, { repository, headSha, isFailing }: Told<"checks_changed">): void {
  const { followUps } = world.store;
  hint(world, repository, "checks", settleMs, (task) => {
    if (task.pullRequest?.headSha !== headSha && !isHeadOfRun(world, task, headSha)) return false;
    return isFailing || task.handOver !== null || isAsked(world, task) || followUps.ofTask(task.id).length > 0;
  });
}

/** Our own push is known before GitHub tells of it. */
function isHeadOfRun(world: World, task: TaskFacts, headSha: string): boolean {
  return world.store.runs.ofTask(task.id).some((run) => run.headSha === headSha);
}

/** A repair is in the queue: checks that pass when they are run again take it out. */
function isAsked(world: World, task: TaskFacts): boolean {
  return world.store.runs.ofTask(task.id).some((run) => run.purpose === "fix_checks" && run.status === "queued");
}

export function hintReview(world: World, { repository, number }: Told<"reviewed">): void {
  hint(world, repository, "review", settleMs, (task) => task.pullRequest?.number === number);
}

/** A branch has moved: the pull requests into it may conflict now. */
export function hintBase(
  world: World,
  moved: Pick<Told<"branch_moved">, "repository" | "isDefault"> & { branch: string | null },
): void {
  hint(world, moved.repository, "mergeable", mergeableMs, ({ policy }) =>
    policy.base === undefined ? moved.isDefault : policy.base === moved.branch,
  );
}

function hint(
  world: World,
  repository: RepositoryRef,
  what: LookAt,
  afterMs: number,
  isConcerned: (task: TaskFacts) => boolean,
): void {
  const { store } = world;
  store.transaction(() => {
    for (const task of store.tasks.current(repository.id, world.clock() - dayMs)) {
      if (task.pullRequest?.state !== "open" || task.cancelled !== null || !isConcerned(task)) continue;
      store.followUps.markDue(task.id, what, world.clock() + afterMs);
    }
  });
  world.bell.work();
}
