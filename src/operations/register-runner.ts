import { createHash } from "node:crypto";
import type { RegisterRequest, RegisterResponse } from "#protocol/runner.ts";
import type { RunnerFacts } from "./ports/store.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";

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
    const facts: Omit<RunnerFacts, "id"> = {
      name: request.name,
      credentialHash: hashOf(credential),
      labels: request.labels,
      slots: request.slots,
      version: request.version,
      sandbox: request.sandbox,
      repositories: request.repositories,
      draining: false,
      heartbeatAt: null,
      freeMemoryBytes: null,
      freeDiskBytes: null,
      notClaiming: null,
      holder: null,
      registeredAt: world.clock(),
      onlyRun: null,
      endsAt: null,
    };
    const known = store.runners.byName(request.name);
    if (known === null) return store.runners.insert(facts);
    const renewed = { ...facts, id: known.id };
    store.runners.update(renewed);
    return renewed;
  });
  world.bell.runner(runner.id);
  return { runnerId: runner.id, credential };
}
