import { createHash, timingSafeEqual } from "node:crypto";
import type { Authenticate } from "#http/handlers.ts";
import type { World } from "#operations/ports/world.ts";
import { isOver } from "#operations/queue-view.ts";
import { hashOf } from "#operations/register-runner.ts";

/** Knows a runner by its credential, and the operator by the server's token. */
export function authenticator(world: World, operatorToken: string): Authenticate {
  const operatorHash = createHash("sha256").update(operatorToken).digest();
  return (bearer, audience) => {
    if (audience === "runner") {
      // Looked up by its hash: no comparison of secrets takes place.
      const runner = world.store.runners.byCredential(hashOf(bearer));
      return runner === null || isOver(runner, world.clock()) ? null : { kind: "runner", runner };
    }
    const hash = createHash("sha256").update(bearer).digest();
    return timingSafeEqual(hash, operatorHash) ? { kind: "operator", name: "operator" } : null;
  };
}
