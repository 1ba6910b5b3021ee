import type { Client } from "#protocol/client.ts";
import type { Log, RunnerConfig } from "./options.ts";
import { pause } from "./pause.ts";
import { endStrays } from "./strays.ts";
import { sweepAbandoned } from "./sweep-abandoned.ts";
import { sweepOldTasks, tidyMirrors } from "./sweep-home.ts";
import type { Terminals } from "./terminal/terminals.ts";

const everyMs = 3_600_000;
/** A runner that has just started has better things to do. */
const firstMs = 60_000;
const keepDays = 30;

/**
 * Once an hour, until `stop` fires: removes what is left of old tasks and what nobody waits for, ends terminals of no run,
 * and packs the mirrors when nothing runs.
 */
export async function runHousekeepingLoop(of: {
  options: RunnerConfig;
  client: Client;
  /** Whether a run uses the task folder of that name. */
  isInUse: (name: string) => boolean;
  isIdle: () => boolean;
  terminals: Terminals;
  stop: AbortSignal;
  log: Log;
}): Promise<void> {
  const { home } = of.options;
  await pause(firstMs, of.stop);
  while (!of.stop.aborted) {
    try {
      const now = Date.now();
      await sweepOldTasks({ ...of, home, keepDays: of.options.keepDays ?? keepDays, now });
      await endStrays({ ...of, home });
      await sweepAbandoned({ ...of, home });
      if (of.isIdle()) await tidyMirrors(home, now);
    } catch (error) {
      // The disk is full or the server away, say: what is in order already stays so, and the rest is tried again.
      of.log.warn({ error: String(error) }, "the runner's folder could not be put in order");
    }
    await pause(everyMs, of.stop);
  }
}
