import { isLocal } from "#domain/local.ts";
import { isAlive, type TaskFacts } from "#domain/task.ts";
import type { ReconcileReport } from "#protocol/reconcile.ts";
import type { World } from "./ports/world.ts";

/** Where nothing goes on, nobody waits: looking costs GitHub something even where it costs us nothing. */
const idleFactor = 4;
const dayMs = 24 * 60 * 60_000;

/**
 * How long to wait before GitHub is looked at again, where it does not tell what happens.
 * @param found by the last look
 * @param paceMs while something goes on
 */
export function nextPollAfter(world: World, found: ReconcileReport, paceMs: number): number {
  const isNews = found.repositories.some(({ submitted, withdrawn, followed, due }) =>
    [submitted, withdrawn, followed, due].some((list) => list.length > 0),
  );
  return isNews || isGoingOn(world) ? paceMs : paceMs * idleFactor;
}

/** A run that has not ended, or a pull request that waits for people and has changed of late. */
function isGoingOn({ store, clock }: World): boolean {
  const isProposed = ({ proposal, updatedAt }: TaskFacts) => proposal?.state === "open" && updatedAt >= clock() - dayMs;
  if (store.tasks.proposed().some(isProposed)) return true;
  return store.tasks
    .repositories()
    .filter((repository) => !isLocal(repository))
    .flatMap(({ id }) => store.tasks.current(id, clock() - dayMs))
    .some((task) => isAlive(store.runs.ofTask(task.id)) || isFresh(task, clock() - dayMs));
}

function isFresh({ pullRequest, updatedAt }: TaskFacts, since: number): boolean {
  return pullRequest?.state === "open" && updatedAt >= since;
}
