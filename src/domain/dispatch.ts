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
  /** True when the session goes on: for a while only the runner that holds it may take the run. */
  resume: boolean;
  /** Why nobody may take it now, whichever runner asks: it is blocked, or a limit is reached. */
  held: Reason | null;
};

/** A runner, as far as the queue is concerned. */
export type Taker = {
  runnerId: number;
  name: string;
  labels: readonly string[];
  repositories: readonly string[];
  freeSlots: number;
  /** Why it takes nothing although it is there. */
  notClaiming: Reason | null;
  /** The one run that it is there for; null for any. */
  onlyRun: number | null;
};

/** How long a run that goes on with a session waits for the runner that has it; then another one starts afresh. */
export const sessionGraceMs = 10 * 60_000;

const weight = { high: 0, normal: 1, low: 2 } as const satisfies Record<Priority, number>;

/** Whether the runner may take the run at all. */
export function canTake(taker: Taker, run: QueuedRun): boolean {
  const isAllowed = taker.repositories.length === 0 || taker.repositories.includes(run.repository);
  if (taker.onlyRun !== null && taker.onlyRun !== run.runId) return false;
  return isAllowed && run.labels.every((label) => taker.labels.includes(label));
}

/** Whether the run may be offered now, to this runner or to anybody. */
function isOffered(run: QueuedRun, runnerId: number | null, now: number): boolean {
  const from = run.notBefore ?? run.createdAt;
  if (run.held !== null || (run.notBefore ?? 0) > now) return false;
  const isKept = run.resume && run.lastRunnerId !== null && now < from + sessionGraceMs;
  return !isKept || runnerId === run.lastRunnerId;
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
  const fitting = inOrder(queue, busy).filter((run) => isOffered(run, taker.runnerId, now) && canTake(taker, run));
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
  if (run.held !== null) return run.held;
  if (run.notBefore !== null && run.notBefore > now) return null;
  if (takers.length === 0) return reasons.noRunner();
  const able = takers.filter((taker) => canTake(taker, run));
  if (able.length === 0) return run.labels.length > 0 ? reasons.noFittingRunner(run.labels) : reasons.noRunner();
  const free = able.filter((taker) => taker.freeSlots > 0 && taker.notClaiming === null);
  if (free.some((taker) => isOffered(run, taker.runnerId, now))) return null;
  if (free.length > 0) return reasons.sessionElsewhere(new Date((run.notBefore ?? run.createdAt) + sessionGraceMs));
  const holding = able.flatMap(({ name, notClaiming }) => (notClaiming === null ? [] : [{ name, why: notClaiming }]));
  const [first] = holding;
  if (first !== undefined && holding.length === able.length) return reasons.runnerHolds(first.name, first.why);
  return reasons.runnersBusy(inOrder(queue, busy).findIndex((other) => other.runId === run.runId) + 1);
}
