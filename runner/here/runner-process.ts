import { join } from "node:path";
import { isAlive } from "#runner/git/process-identity.ts";
import { readIfThere } from "#runner/read-if-there.ts";

/** The process of the runner that works in this folder; null when none does. A dead one's lock names nobody. */
export function runnerProcess(home: string): number | null {
  const text = readIfThere(join(home, "runner.lock"));
  if (text === null) return null;
  try {
    const owner = JSON.parse(text) as Parameters<typeof isAlive>[0];
    return typeof owner.pid === "number" && isAlive(owner) ? owner.pid : null;
  } catch (error) {
    // Being written at this moment, or torn by a power cut: nobody's.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
