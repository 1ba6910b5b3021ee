import { exitCodes } from "./exit-codes.ts";

export type Life = {
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
 * a third ends this process.
 * @returns the exit code: 0 unless it had to be stopped
 */
export async function live(life: Life, say: (line: string) => void): Promise<number> {
  let signals = 0;
  let failed: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  const drained = new Promise<number>((resolve) => {
    const onSignal = () => {
      signals += 1;
      if (signals === 1) {
        say(`${life.draining} (again to stop at once)`);
        life.drain().then(() => resolve(exitCodes.done), failed);
      } else if (signals === 2) {
        say("Stopping.");
        life.stop().then(() => resolve(exitCodes.interrupted), failed);
      } else process.exit(exitCodes.interrupted);
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  });
  return Promise.race([drained, failure, life.done.then(() => exitCodes.done)]);
}
