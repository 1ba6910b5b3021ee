import { createHash } from "node:crypto";
import type { RegisterRequest, RegisterResponse } from "#protocol/runner.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { putRunner } from "./put-runner.ts";

const registrationTokenMs = 60 * 60_000;

/** What is stored of a secret. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** A token that is good for one registration within the hour. */
export function issueRegistrationToken(world: World): { token: string; expiresAt: string } {
  const token = world.newSecret();
  const expiresAt = world.clock() + registrationTokenMs;
  world.store.transaction(() => world.store.registrationTokens.insert(hashOf(token), expiresAt));
  return { token, expiresAt: new Date(expiresAt).toISOString() };
}

/**
 * Exchanges a registration token for the runner's own credential. A known name gets a new credential: the old one ends.
 * @throws ProblemError 401
 */
export function registerRunner(world: World, request: RegisterRequest): RegisterResponse {
  const { store } = world;
  const credential = world.newSecret();
  const runner = store.transaction(() => {
    if (!store.registrationTokens.use(hashOf(request.token), world.clock())) {
      throw new ProblemError({
        status: 401,
        code: "registration_token_invalid",
        title: "This registration token is unknown, used or older than an hour.",
        advice: "Make a new one on the control plane with: cc-orchestrator runner token",
      });
    }
    return putRunner(world, {
      name: request.name,
      credentialHash: hashOf(credential),
      labels: request.labels,
      slots: request.slots,
      version: request.version,
      sandbox: request.sandbox,
      repositories: request.repositories,
      onlyRun: null,
      endsAt: null,
    });
  });
  world.bell.runner(runner.id);
  return { runnerId: runner.id, credential };
}
