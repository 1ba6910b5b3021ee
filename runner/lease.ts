import { monotonic } from "./monotonic.ts";

/** The runner stops every side effect this long before its lease would end on the server. */
const fenceMarginMs = 10_000;

/**
 * This runner's right to one run, judged on the monotonic clock since the last renewal that the server acknowledged:
 * no synchronised clocks are needed, and a machine that slept knows that it must ask before it acts.
 */
export type Lease = {
  readonly runId: number;
  readonly epoch: number;
  /** Fires when the run must stop: cancelled by a person, or taken by somebody else. */
  readonly ended: AbortSignal;
  /** `askedAt` is when the renewal was sent, on the monotonic clock. */
  renewed(askedAt: number, leaseSeconds: number): void;
  /** The server wants this run stopped, or says that it is not ours any more. */
  end(why: "cancelled" | "stale"): void;
  /** Nothing may leave the machine any more until the next renewal. */
  isFenced(): boolean;
  /**
   * Runs `work` while the lease is sure: waits for the next renewal where it is not, calls `work` off (its signal) when
   * that comes to an end, and does it again after the renewal. So what was to be pushed while the server was away is
   * pushed when it is back.
   * @param leaving fires when nobody waits any more
   * @throws what `leaving` or the lease's end was aborted with, and what `work` throws of its own
   */
  whileHeld<T>(leaving: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
};

export class LeaseError extends Error {
  readonly why: "cancelled" | "stale" | "fenced";
  constructor(why: "cancelled" | "stale" | "fenced") {
    super(`the right to this run is ${why === "fenced" ? "not sure while the server does not answer" : why}`);
    this.name = "LeaseError";
    this.why = why;
  }
}

/** @param of.claimedAt when the claim was sent, on the monotonic clock; null when nobody knows whether it still holds */
export function openLease(of: { runId: number; epoch: number; leaseSeconds: number; claimedAt: number | null }): Lease {
  const ending = new AbortController();
  const renewals = new EventTarget();
  let fencedAt =
    of.claimedAt === null ? Number.NEGATIVE_INFINITY : of.claimedAt + of.leaseSeconds * 1_000 - fenceMarginMs;
  const isFenced = () => monotonic() >= fencedAt;

  async function untilHeld(leaving: AbortSignal): Promise<void> {
    while (isFenced()) {
      leaving.throwIfAborted();
      const over = new AbortController();
      await new Promise<void>((resolve) => {
        const once = { once: true, signal: over.signal };
        renewals.addEventListener("renewed", () => resolve(), once);
        leaving.addEventListener("abort", () => resolve(), once);
      });
      over.abort();
    }
    leaving.throwIfAborted();
  }

  return {
    runId: of.runId,
    epoch: of.epoch,
    ended: ending.signal,
    renewed(askedAt, leaseSeconds) {
      fencedAt = Math.max(fencedAt, askedAt + leaseSeconds * 1_000 - fenceMarginMs);
      renewals.dispatchEvent(new Event("renewed"));
    },
    end(why) {
      ending.abort(new LeaseError(why));
    },
    isFenced,
    async whileHeld(leaving, work) {
      const over = AbortSignal.any([leaving, ending.signal]);
      for (;;) {
        await untilHeld(over);
        const fence = new AbortController();
        let timer: NodeJS.Timeout | undefined;
        const watch = () => {
          if (isFenced()) fence.abort(new LeaseError("fenced"));
          else timer = setTimeout(watch, Math.max(1, fencedAt - monotonic()));
        };
        watch();
        try {
          return await work(AbortSignal.any([over, fence.signal]));
        } catch (error) {
          over.throwIfAborted();
          if (!fence.signal.aborted) throw error;
        } finally {
          clearTimeout(timer);
        }
      }
    },
  };
}
