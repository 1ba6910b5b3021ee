/** What the server has told of one run, in its order. */
export type ToldOfRun<T> = {
  list(): readonly T[];
  /** Called at once, and whenever more is there. @returns ends it */
  listen(hear: () => void): () => void;
};

/**
 * What the server tells of the runs that this runner holds. Nothing of it is kept on disk: the server tells it again
 * until it knows that it was heard.
 */
export type Told<T> = {
  /** What is here already is left out. */
  take(told: readonly T[]): void;
  all(): T[];
  of(runId: number): ToldOfRun<T>;
  forget(runId: number): void;
};

/** @param isSame whether two of them are the same, told twice */
export function openTold<T extends { runId: number }>(isSame: (one: T, other: T) => boolean): Told<T> {
  const known = new Map<number, T[]>();
  const listeners = new Map<number, Set<() => void>>();
  const of = (runId: number) => known.get(runId) ?? [];
  return {
    take(told) {
      for (const one of told) {
        const before = of(one.runId);
        if (before.some((other) => isSame(one, other))) continue;
        known.set(one.runId, [...before, one]);
        for (const hear of listeners.get(one.runId) ?? []) hear();
      }
    },
    all: () => [...known.values()].flat(),
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
