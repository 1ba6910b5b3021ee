import type { TerminalWish } from "#protocol/runner.ts";

/** What people want of one run's terminal. */
export type RunWishes = {
  list(): readonly TerminalWish[];
  /** Called at once and at every new wish. @returns ends it */
  listen(hear: () => void): () => void;
};

/** What people want of the terminals of this runner's runs, as the server has told it. */
export type Wishes = {
  take(told: readonly TerminalWish[]): void;
  /** All that is known, so that the server need not tell it again. */
  told(): Pick<TerminalWish, "runId" | "at" | "want">[];
  of(runId: number): RunWishes;
  forget(runId: number): void;
};

export function openWishes(): Wishes {
  const known = new Map<number, TerminalWish[]>();
  const listeners = new Map<number, Set<() => void>>();
  const of = (runId: number) => known.get(runId) ?? [];
  return {
    take(told) {
      for (const one of told) {
        if (of(one.runId).some(({ at, want }) => at === one.at && want === one.want)) continue;
        known.set(one.runId, [...of(one.runId), one]);
        for (const hear of listeners.get(one.runId) ?? []) hear();
      }
    },
    told: () => [...known.values()].flat().map(({ runId, at, want }) => ({ runId, at, want })),
    of: (runId) => ({
      list: () => of(runId),
      listen(hear) {
        const all = listeners.get(runId) ?? new Set();
        listeners.set(runId, all.add(hear));
        hear();
        return () => all.delete(hear);
      },
    }),
    forget(runId) {
      known.delete(runId);
      listeners.delete(runId);
    },
  };
}
