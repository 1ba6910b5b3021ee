import type { Journal, JournalEntry } from "./journal.ts";
import { type Lease, openLease } from "./lease.ts";
import { type RunParts, runOne } from "./run-one.ts";
import { taskFolderName } from "./sweep-home.ts";

/** The runs that this runner holds, each carried out beside the others, and what others may wait for of them. */
export type HeldRuns = {
  readonly leases: ReadonlyMap<number, Lease>;
  freeSlots(): number;
  /** Whether a run uses the task folder of this name. */
  isInUse(name: string): boolean;
  /** How many have not come to their end yet; one that is let go of may still be clearing up. */
  running(): number;
  /** @param claimedAt null for a run that is taken up again: whether it is still ours, the next heartbeat tells */
  begin(entry: JournalEntry, claimedAt: number | null): void;
  /** Aborted as soon as a run begins or ends. */
  changed(): AbortSignal;
  /** Looks again whenever a run begins or ends. */
  waitUntil(isSo: () => boolean, signal: AbortSignal): Promise<void>;
  /** Ends when none is left. */
  allEnded(): Promise<void>;
};

export function openHeldRuns(of: {
  parts: RunParts;
  journal: Journal;
  slots: number;
  /** Called with each run that has ended. */
  ended(runId: number): void;
}): HeldRuns {
  const { parts, journal } = of;
  const leases = new Map<number, Lease>();
  const running = new Set<Promise<void>>();
  /** Names of the task folders that runs use. */
  const inUse = new Set<string>();
  let outdated = new AbortController();

  function tellChange(): void {
    const before = outdated;
    outdated = new AbortController();
    before.abort();
  }

  return {
    leases,
    freeSlots: () => of.slots - leases.size,
    isInUse: (name) => inUse.has(name),
    running: () => running.size,
    begin(entry, claimedAt) {
      const { runId, epoch, leaseSeconds } = entry.offer;
      const lease = openLease({ runId, epoch, leaseSeconds, claimedAt });
      const name = taskFolderName(entry.offer);
      inUse.add(name);
      leases.set(runId, lease);
      tellChange();
      const run = runOne(parts, entry, lease, claimedAt === null)
        .then((isOver) => {
          if (isOver) journal.finish(entry);
        })
        .catch((error: unknown) => {
          const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
          parts.log.error({ run: runId, error: told }, "a run could not be carried out");
        })
        .finally(() => {
          leases.delete(runId);
          of.ended(runId);
          inUse.delete(name);
          running.delete(run);
          tellChange();
        });
      running.add(run);
    },
    changed: () => outdated.signal,
    async waitUntil(isSo, signal) {
      while (!isSo() && !signal.aborted) {
        const over = new AbortController();
        await new Promise<void>((resolve) => {
          const once = { once: true, signal: over.signal };
          outdated.signal.addEventListener("abort", () => resolve(), once);
          signal.addEventListener("abort", () => resolve(), once);
        });
        over.abort();
      }
    },
    async allEnded() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
