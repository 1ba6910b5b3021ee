import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { LockHeldError, withLock } from "#runner/git/lock.ts";

/** Another runner works in the same folder; the message says what to do. */
export class HomeHeldError extends Error {
  constructor(home: string, cause: LockHeldError) {
    super(
      `Another runner is at work in ${home} (${cause.message}). Two runners under one registration would take each other's runs: stop that one first, or give this one a folder and a registration of its own (CC_ORCHESTRATOR_HOME, cc-orchestrator runner register).`,
      { cause },
    );
    this.name = "HomeHeldError";
  }
}

/**
 * Takes the runner's folder for this process alone, until `release`. A process that is gone, killed or of an earlier start
 * of the machine holds nothing (F06, F55).
 * @throws HomeHeldError
 */
export async function holdHome(home: string): Promise<{ release(): Promise<void> }> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const over = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const held = withLock(join(home, "runner.lock"), 0, async () => {
    taken.resolve();
    await over.promise;
  });
  try {
    await Promise.race([taken.promise, held]);
  } catch (error) {
    throw error instanceof LockHeldError ? new HomeHeldError(home, error) : error;
  }
  return {
    async release() {
      over.resolve();
      await held;
    },
  };
}
