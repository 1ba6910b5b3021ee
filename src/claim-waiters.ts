/** Runners that wait for a run: each is woken when there may be one. */
export type ClaimWaiters = {
  /** Resolves when a run may be there, when `ms` have passed, or when the signal fires. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  wake(): void;
};

export function openClaimWaiters(): ClaimWaiters {
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
