/** Requests that are held open until something may have changed. */
export type Waiters = {
  /** Resolves when something may have changed, when `ms` have passed, or when the signal fires. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  wake(): void;
};

export function openWaiters(): Waiters {
  const waiting = new Set<() => void>();
  return {
    async wait(ms, signal) {
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", done);
        waiting.add(done);
      });
    },
    wake() {
      for (const done of [...waiting]) done();
    },
  };
}
