import type { SaidToRun } from "#protocol/runner.ts";

/** What people say to one run's session, in the order in which it was told. */
export type RunWords = {
  list(): readonly SaidToRun[];
  /** Called whenever more is there; once at first. @returns stops it */
  listen(hear: () => void): () => void;
};

/**
 * What the server tells for the sessions of the runs that this runner holds. Nothing of it is kept on disk: the server
 * tells it again until the run's reports say that it was delivered.
 */
export type Words = {
  /** Messages that are here already are left out. */
  take(told: readonly SaidToRun[]): void;
  /** The numbers of all messages that are here. */
  heard(): number[];
  of(runId: number): RunWords;
  forget(runId: number): void;
};

export function openWords(): Words {
  const said = new Map<number, SaidToRun[]>();
  const listeners = new Map<number, Set<() => void>>();
  const of = (runId: number) => said.get(runId) ?? [];
  return {
    take(told) {
      for (const one of told) {
        const before = of(one.runId);
        if (before.some(({ message }) => message === one.message)) continue;
        said.set(one.runId, [...before, one]);
        for (const hear of listeners.get(one.runId) ?? []) hear();
      }
    },
    heard: () => [...said.values()].flat().map(({ message }) => message),
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
      said.delete(runId);
      listeners.delete(runId);
    },
  };
}
