import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { type Kept, renewMs, type Turn, TurnLostError, turnMs } from "../state/turn.ts";

/** How often the inbox is looked into while the issue is worked on: nobody can ring for it. */
const hearMs = 15_000;
/** A job that is killed soon after it began has left something, too. */
const firstSaveMs = 10_000;

/**
 * While the issue is worked on: says that we are still there, keeps how far we are, and hears what comes meanwhile, which is
 * kept at once: whoever left it waits for that.
 * `lost` fires when another job has the turn, or when ours cannot be renewed for as long as it lasts.
 * @param of.hear takes in what has come; says whether anything had
 */
export function keepTurn(of: { turn: Turn; kept: () => Promise<Kept>; hear: () => Promise<boolean>; log: Logger }): {
  lost: AbortSignal;
  end(): Promise<void>;
} {
  const lost = new AbortController();
  const over = new AbortController();
  let goodUntil = Date.now() + turnMs;

  async function save(): Promise<void> {
    await of.turn.save(await of.kept());
    goodUntil = Date.now() + turnMs;
  }
  async function every(ms: number, work: () => Promise<void>, first = ms): Promise<void> {
    for (let wait = first; !over.signal.aborted; wait = ms) {
      await pause(wait, undefined, { signal: over.signal }).catch((error: unknown) => {
        if (!over.signal.aborted) throw error;
      });
      if (over.signal.aborted) return;
      try {
        await work();
      } catch (error) {
        if (error instanceof TurnLostError) return lost.abort(error);
        of.log.warn({ error: String(error) }, "the issue's state could not be reached, will try again");
        if (Date.now() > goodUntil) return lost.abort(new TurnLostError());
      }
    }
  }
  const going = Promise.all([
    every(hearMs, async () => {
      if (await of.hear()) await save();
    }),
    every(renewMs, save, firstSaveMs),
  ]);
  return {
    lost: lost.signal,
    async end() {
      over.abort();
      await going;
    },
  };
}
