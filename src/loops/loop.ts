/** A loop that works when it is told to, and looks by itself now and then. */
export type Loop = {
  /** Something may be there to do: works at once, or again after the turn that is going on. */
  ring(): void;
  /** Resolves when the turn that is going on has ended; no other begins. */
  close(): Promise<void>;
};

/** The slow look underneath every bell. */
const slowMs = 15_000;

/**
 * @param turn does what is due; returns when there is something to do next, in milliseconds since 1970, or null
 * @param onError told what a turn threw; the loop goes on after `retryMs`
 */
export function openLoop(of: {
  turn: () => Promise<number | null>;
  clock: () => number;
  onError: (error: unknown) => void;
  retryMs: number;
}): Loop {
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> | null = null;
  let isRung = false;
  let isClosed = false;

  async function work(): Promise<void> {
    let nextAt: number | null = null;
    do {
      isRung = false;
      try {
        nextAt = await of.turn();
      } catch (error) {
        of.onError(error);
        nextAt = of.clock() + of.retryMs;
      }
    } while (isRung && !isClosed);
    current = null;
    if (isClosed) return;
    const waitMs = nextAt === null ? slowMs : Math.min(slowMs, Math.max(0, nextAt - of.clock()));
    timer = setTimeout(start, waitMs);
  }
  function start(): void {
    clearTimeout(timer);
    current ??= work();
  }
  return {
    ring() {
      if (isClosed) return;
      isRung = true;
      start();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await current;
    },
  };
}
