import { schedule } from "node-cron";
import type { Logger } from "pino";
import type { World } from "#operations/ports/world.ts";
import { type ReconcilePlace, reconcile, reconcileStart } from "#operations/reconcile.ts";
import type { ReconcileReport } from "#protocol/reconcile.ts";

/** So many repositories a minute: a read is one point of the 900 that an installation has. */
const repositoriesAtOnce = 100;

const retryMs = 30_000;

export type ReconcileLoop = {
  /** Looks for the first time, when webhooks can come in. */
  begin(): void;
  /** Looks now, after what is going on has ended. @throws ProblemError 404 for a repository without the app */
  now(repository: string | null): Promise<ReconcileReport>;
  close(): Promise<void>;
};

/**
 * Compares everything with GitHub at the start and every minute, or so long after the last look as `waitMs` says; one look
 * at a time.
 */
export function openReconcileLoop(
  world: World,
  log: Logger,
  waitMs: ((found: ReconcileReport) => number) | null = null,
): ReconcileLoop {
  const closing = new AbortController();
  let place: ReconcilePlace = reconcileStart;
  let last: Promise<unknown> = Promise.resolve();
  let isLooking = false;

  function look(repository: string | null, atMost: number | null): Promise<ReconcileReport> {
    const next = last.then(async () => {
      isLooking = true;
      try {
        const found = await reconcile(world, { repository, atMost, from: place, signal: closing.signal });
        if (repository === null) place = found.place;
        tell(found.report, log);
        return found.report;
      } finally {
        isLooking = false;
      }
    });
    // Whoever asked hears of a failure; the next one only waits.
    last = next.catch(() => undefined);
    return next;
  }

  let timer: NodeJS.Timeout | undefined;

  function lookBySelf(): void {
    if (isLooking || closing.signal.aborted) return;
    look(null, repositoriesAtOnce).then(wait, (error: unknown) => {
      log.warn({ error: String(error) }, "could not reconcile");
      wait(null);
    });
  }

  /** What somebody asks for meanwhile does not put it off. */
  function wait(found: ReconcileReport | null): void {
    if (waitMs === null || closing.signal.aborted) return;
    timer = setTimeout(
      () => {
        if (isLooking) last.then(() => wait(null));
        else lookBySelf();
      },
      found === null ? retryMs : waitMs(found),
    );
  }

  const task = waitMs === null ? schedule("0 * * * * *", lookBySelf) : null;
  return {
    begin: lookBySelf,
    now: (repository) => look(repository, null),
    async close() {
      closing.abort();
      clearTimeout(timer);
      await task?.destroy();
      await last;
    },
  };
}

function tell({ repositories, redelivered, problems }: ReconcileReport, log: Logger): void {
  if (redelivered > 0) log.info({ redelivered }, "asked GitHub to tell again what it failed to tell");
  for (const problem of problems) log.warn({ problem }, "a part could not be reconciled");
  for (const { problems: own, ...found } of repositories) {
    if (own.length > 0)
      log.warn({ repository: found.repository, problems: own }, "a repository could not be reconciled");
    const isFound = Object.values(found).some((list) => Array.isArray(list) && list.length > 0);
    if (isFound) log.info(found, "found by reconciling");
  }
}
