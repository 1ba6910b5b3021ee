import type { EventEmitter } from "node:events";
import { exitCodes } from "./exit-codes.ts";

export type Life = {
  /** Says that it is there: whoever reads that may tell it to end. */
  begin: () => void;
  /** Ends by itself when there is nothing left to do; may never. */
  done: Promise<void>;
  /** The first signal: finish what is begun. */
  drain: () => Promise<void>;
  /** The second signal: leave everything as it is, at once. */
  stop: () => Promise<void>;
  /** What draining means here, in words. */
  draining: string;
};

/**
 * Waits until a long-lived program has ended. The first SIGINT or SIGTERM drains it, the second stops it,
 * a third ends this process. One that comes when it has ended, and is being left in order, changes nothing.
 * @returns the exit code: 0 unless it had to be stopped
 */
export async function live(
  life: Life,
  say: (line: string) => void,
  signals: EventEmitter,
  exit: (code: number) => void,
): Promise<number> {
  const told = Promise.withResolvers<number>();
  let count = 0;
  let isOver = false;
  const onSignal = () => {
    count += 1;
    if (isOver && count < 3) return;
    if (count === 1) {
      say(`${life.draining} (again to stop at once)`);
      life.drain().then(() => told.resolve(exitCodes.done), told.reject);
    } else if (count === 2) {
      say("Stopping.");
      life.stop().then(() => told.resolve(exitCodes.interrupted), told.reject);
    } else exit(exitCodes.interrupted);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) signals.on(signal, onSignal);
  try {
    life.begin();
    return await Promise.race([told.promise, life.done.then(() => exitCodes.done)]);
  } finally {
    isOver = true;
  }
}
