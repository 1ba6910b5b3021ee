import { monotonic } from "#runner/monotonic.ts";
import type { MemoryFile } from "./memory.ts";
import { StopError } from "./stop.ts";

/** How often the time that a run has taken is written down. */
const clockMs = 15_000;

/** The time that a run has taken, over all runners that carried it. */
export type RunClock = {
  /** Fires when it has taken too long. */
  readonly over: AbortSignal;
  /** Stands still, as while a person has the session, until the returned function is called. */
  hold(): () => void;
  close(): void;
};

export function openRunClock(memory: MemoryFile, limitMs: number): RunClock {
  const over = new AbortController();
  let before = memory.now.ranMs;
  let begunAt: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const ranMs = () => before + (begunAt === null ? 0 : monotonic() - begunAt);
  const run = () => {
    begunAt = monotonic();
    timer = setTimeout(() => over.abort(new StopError("time_limit")), Math.max(0, limitMs - before));
  };
  const stand = () => {
    clearTimeout(timer);
    before = ranMs();
    begunAt = null;
  };
  const ticker = setInterval(() => memory.keep({ ranMs: ranMs() }), clockMs);
  run();
  return {
    over: over.signal,
    hold() {
      stand();
      memory.keep({ ranMs: before });
      return run;
    },
    close() {
      stand();
      clearInterval(ticker);
    },
  };
}
