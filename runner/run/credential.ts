import { RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Credential } from "#runner/git/credential.ts";
import { backoffMs, pause } from "#runner/pause.ts";
import type { RunContext } from "./context.ts";
import { RunFailure } from "./failure.ts";

/** How often the server is asked again when it answers that it cannot, as when GitHub is away. */
const failingTries = 12;

/**
 * A fresh token for this run's repository; asked for at the moment of use, while the lease is sure. A server that does
 * not answer is asked again until it does.
 * @returns null where none is needed
 * @param signal as `Lease.whileHeld` gives it
 * @throws RunFailure when the server answers again and again that it cannot
 */
export async function credentialFor(
  context: RunContext,
  access: "read" | "write",
  signal: AbortSignal,
): Promise<Credential | null> {
  // A repository of this machine is reached by its path.
  if (context.offer.cloneUrl.startsWith("/")) return null;
  for (let tries = 1, failed = 0; ; tries += 1) {
    try {
      const { username, password } = await context.client("credential", {
        params: { run: context.offer.runId },
        body: { epoch: context.offer.epoch, access },
        signal,
      });
      return { username, password: () => password };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UnreachableError || error instanceof RefusedError)) throw error;
      if (error instanceof RefusedError) {
        const { status, code } = error.problem;
        if (code === "stale_lease") context.lease.end("stale");
        // The lease that ran out while nobody heard of us is renewed by the next heartbeat.
        else if (status < 500 && code !== "lease_over" && status !== 429) throw error;
        else if (code !== "lease_over") failed += 1;
        if (failed >= failingTries) throw failure(access, error);
      }
      signal.throwIfAborted();
      await pause(backoffMs(tries, Math.random()), signal);
    }
  }
}

function failure(access: "read" | "write", error: RefusedError): RunFailure {
  const what = access === "read" ? "fetched" : "pushed";
  return new RunFailure(
    access === "read" ? "clone_failed" : "push_failed",
    `Nothing could be ${what}, because the server gave no token: ${error.message}`,
    "The server's log tells more.",
  );
}
