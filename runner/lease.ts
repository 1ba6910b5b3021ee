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
  /** @throws LeaseError when nothing may leave the machine now */
  check(): void;
};

export class LeaseError extends Error {
  readonly why: "cancelled" | "stale" | "fenced";
  constructor(why: "cancelled" | "stale" | "fenced") {
    super(`the right to this run is ${why === "fenced" ? "not sure while the server does not answer" : why}`);
    this.name = "LeaseError";
    this.why = why;
  }
}

export function openLease(of: { runId: number; epoch: number; leaseSeconds: number; claimedAt: number }): Lease {
  const ending = new AbortController();
  let fencedAt = of.claimedAt + of.leaseSeconds * 1_000 - fenceMarginMs;
  const isFenced = () => monotonic() >= fencedAt;
  return {
    runId: of.runId,
    epoch: of.epoch,
    ended: ending.signal,
    renewed(askedAt, leaseSeconds) {
      fencedAt = Math.max(fencedAt, askedAt + leaseSeconds * 1_000 - fenceMarginMs);
    },
    end(why) {
      ending.abort(new LeaseError(why));
    },
    isFenced,
    check() {
      if (ending.signal.aborted) throw ending.signal.reason;
      if (isFenced()) throw new LeaseError("fenced");
    },
  };
}
