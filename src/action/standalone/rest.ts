import type { World } from "#operations/ports/world.ts";
import { loadQueue } from "#operations/queue-view.ts";

/** What keeps a job from its end. */
export type Rest =
  /** A run goes on, or one may begin now or soon. */
  | { kind: "run"; isQueued: boolean }
  /** No run, but something is still to be heard, looked at or told. */
  | { kind: "tell"; what: string }
  /** Nothing that could be done now. */
  | { kind: "nothing" };

/** What begins later than this is for another job: one that waits is paid for. */
const runPatienceMs = 10 * 60_000;
/** The same of what is to be told or looked at once more. */
const tellPatienceMs = 60_000;

/** What is left to do in the job, by the facts in the store. */
export function restOf({ store, clock, ...world }: World): Rest {
  const now = clock();
  const isSoon = (at: number | null, patience: number) => at !== null && at <= now + patience;
  if (store.runs.held().length > 0) return { kind: "run", isQueued: false };
  const queue = loadQueue({ ...world, store, clock }).queue;
  if (queue.some((run) => run.held === null && isSoon(run.notBefore ?? now, runPatienceMs)))
    return { kind: "run", isQueued: true };
  const left = {
    "what GitHub told": isSoon(store.deliveries.nextPendingAt(), tellPatienceMs),
    "what GitHub is to show": isSoon(store.surfaces.firstDueAt(), tellPatienceMs),
    "the pull request": isSoon(store.followUps.nextDueAt(), tellPatienceMs),
    notices: store.notices.unwritten().length > 0,
    replies: store.replies.unwritten().length > 0,
    "answers to a review": store.followUps.unanswered().length > 0,
  };
  const what = Object.entries(left).find(([, isLeft]) => isLeft)?.[0];
  return what === undefined ? { kind: "nothing" } : { kind: "tell", what };
}
