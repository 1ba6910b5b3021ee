import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Lease } from "./lease.ts";
import { backoffMs, pause } from "./pause.ts";
import type { Showing } from "./show-terminal.ts";
import type { Wishes } from "./wishes.ts";
import type { Words } from "./words.ts";

const waitSeconds = 25;

/**
 * Asks by long poll what people want of the runs that this runner holds, until `stop` fires: a stop that somebody asked
 * for arrives at once (heartbeats tell that too, later), and so do words for the sessions.
 */
export async function runWantsLoop(of: {
  client: Client;
  leases: ReadonlyMap<number, Lease>;
  words: Words;
  wishes: Wishes;
  showing: Pick<Showing, "take">;
  waitForRun: (signal: AbortSignal) => Promise<void>;
  /** Fires when a run was taken or ended: the question that is open is out of date. */
  changed: () => AbortSignal;
  stop: AbortSignal;
}): Promise<void> {
  let failures = 0;
  while (!of.stop.aborted) {
    await of.waitForRun(of.stop);
    if (of.stop.aborted) return;
    const outdated = of.changed();
    try {
      const { cancel, say, terminals, show } = await of.client("wants", {
        body: {
          held: [...of.leases.values()].map(({ runId, epoch }) => ({ runId, epoch })),
          heard: of.words.all().map(({ message }) => message),
          told: of.wishes.all().map(({ runId, at, want }) => ({ runId, at, want })),
          waitSeconds,
        },
        timeoutMs: (waitSeconds + 15) * 1_000,
        signal: AbortSignal.any([of.stop, outdated]),
      });
      failures = 0;
      of.showing.take(show.filter(({ runId }) => of.leases.has(runId)));
      of.words.take(say.filter(({ runId }) => of.leases.has(runId)));
      of.wishes.take(terminals.filter(({ runId }) => of.leases.has(runId)));
      for (const runId of cancel) of.leases.get(runId)?.end("cancelled");
      // The server goes on wanting it until the run has ended.
      if (cancel.length > 0) await pause(1_000, of.stop);
    } catch (error) {
      if (of.stop.aborted || outdated.aborted) continue;
      if (!(error instanceof UnreachableError || error instanceof RefusedError)) throw error;
      failures += 1;
      await pause(backoffMs(failures, Math.random()), of.stop);
    }
  }
}
