import type { Priority } from "#protocol/task.ts";
import type { Reason } from "#protocol/words.ts";
import { reasons } from "./reasons.ts";

/** A queued run, as far as its place in the queue depends on it. */
export type QueuedRun = {
  runId: number;
  repository: string;
  priority: Priority;
  labels: readonly string[];
  createdAt: number;
  notBefore: number | null;
  /** The runner that holds the session to be continued. */
  lastRunnerId: number | null;
};

/** A runner, as far as the queue is concerned. */
export type Taker = {
  runnerId: number;
  labels: readonly string[];
  repositories: readonly string[];
  freeSlots: number;
};

const weight = { high: 0, normal: 1, low: 2 } as const satisfies Record<Priority, number>;

/** Whether the runner may take the run at all. */
export function canTake(taker: Taker, run: QueuedRun): boolean {
  const isAllowed = taker.repositories.length === 0 || taker.repositories.includes(run.repository);
  return isAllowed && run.labels.every((label) => taker.labels.includes(label));
}

/**
 * The queue in the order in which it is offered: priority first, then the repository with the fewest runs
 * in progress, then age.
 * @param busy runs in progress by repository
 */
export function inOrder(queue: readonly QueuedRun[], busy: ReadonlyMap<string, number>): QueuedRun[] {
  return [...queue].sort(
    (a, b) =>
      weight[a.priority] - weight[b.priority] ||
      (busy.get(a.repository) ?? 0) - (busy.get(b.repository) ?? 0) ||
      a.createdAt - b.createdAt ||
      a.runId - b.runId,
  );
}

/** The run that the runner gets next, or null. A run whose session lives on this runner comes before its equals. */
export function nextRunFor(
  taker: Taker,
  queue: readonly QueuedRun[],
  busy: ReadonlyMap<string, number>,
  now: number,
): QueuedRun | null {
  if (taker.freeSlots < 1) return null;
  const fitting = inOrder(queue, busy).filter((run) => (run.notBefore ?? 0) <= now && canTake(taker, run));
  const first = fitting[0];
  if (first === undefined) return null;
  const own = fitting.find((run) => run.lastRunnerId === taker.runnerId && run.priority === first.priority);
  return own ?? first;
}

/** Why a queued run is still queued, or null when it will be taken at once. */
export function queueReasonFor(
  run: QueuedRun,
  queue: readonly QueuedRun[],
  takers: readonly Taker[],
  busy: ReadonlyMap<string, number>,
  now: number,
): Reason | null {
  if (run.notBefore !== null && run.notBefore > now) return null;
  if (takers.length === 0) return reasons.noRunner();
  const able = takers.filter((taker) => canTake(taker, run));
  if (able.length === 0) return run.labels.length > 0 ? reasons.noFittingRunner(run.labels) : reasons.noRunner();
  if (able.some((taker) => taker.freeSlots > 0)) return null;
  return reasons.runnersBusy(inOrder(queue, busy).findIndex((other) => other.runId === run.runId) + 1);
}
