import type { Credential } from "#runner/git/credential.ts";
import type { RunContext } from "./context.ts";

/** A fresh token for this run's repository; asked for at the moment of use. */
export async function credentialFor(context: RunContext, access: "read" | "write"): Promise<Credential> {
  context.lease.check();
  const { username, password } = await context.client("credential", {
    params: { run: context.offer.runId },
    body: { epoch: context.offer.epoch, access },
  });
  return { username, password: () => password };
}
