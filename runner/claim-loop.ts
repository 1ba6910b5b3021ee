import { type Client, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { RunOffer } from "#protocol/run.ts";
import { RunnerInUseError } from "./holder.ts";
import type { Lease } from "./lease.ts";
import { monotonic } from "./monotonic.ts";
import type { Log } from "./options.ts";
import { backoffMs, pause } from "./pause.ts";

/** How long the server may hold a claim open: short enough that a lease counted from the asking outlasts a heartbeat. */
const waitSeconds = 20;

/** The runner's credential is not valid: only a person can mend that. */
export class UnregisteredError extends Error {
  constructor(server: string) {
    super(
      `The server at ${server} does not know this runner. Register it again: cc-orchestrator runner register --server ${server} --token …`,
    );
    this.name = "UnregisteredError";
  }
}

/**
 * Claims runs by long poll while there is room, until `stop` fires.
 * @param waitForRoom resolves when a slot is free
 * @param take starts a claimed run; the claim was asked for at `claimedAt` on the monotonic clock
 * @throws UnregisteredError, RunnerInUseError
 */
export async function runClaimLoop(of: {
  client: Client;
  server: string;
  holder: string;
  leases: ReadonlyMap<number, Lease>;
  freeSlots: () => number;
  waitForRoom: (signal: AbortSignal) => Promise<void>;
  take: (offer: RunOffer, claimedAt: number) => void;
  stop: AbortSignal;
  log: Log;
}): Promise<void> {
  let failures = 0;
  while (!of.stop.aborted) {
    await of.waitForRoom(of.stop);
    if (of.stop.aborted) return;
    const claimedAt = monotonic();
    try {
      const { offer } = await of.client("claim", {
        body: {
          freeSlots: of.freeSlots(),
          waitSeconds,
          holder: of.holder,
          held: [...of.leases.values()].map(({ runId, epoch }) => ({ runId, epoch })),
        },
        timeoutMs: (waitSeconds + 15) * 1_000,
        signal: of.stop,
      });
      failures = 0;
      // The lease began when the server answered, which was not before we asked.
      if (offer !== null) of.take(offer, claimedAt);
    } catch (error) {
      if (of.stop.aborted) return;
      if (error instanceof RefusedError && error.problem.status === 401) throw new UnregisteredError(of.server);
      if (error instanceof RefusedError && error.problem.code === "runner_in_use") {
        throw new RunnerInUseError(error.message);
      }
      // A job of GitHub Actions that came too late for the one run that it may have.
      if (error instanceof RefusedError && error.problem.code === "run_taken") return;
      if (!(error instanceof UnreachableError || error instanceof RefusedError)) throw error;
      failures += 1;
      await pause(backoffMs(failures, Math.random()), of.stop);
    }
  }
}
