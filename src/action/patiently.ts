import { setTimeout as pause } from "node:timers/promises";
import { RefusedError, UnreachableError } from "#protocol/client.ts";

const waitsMs = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Asks a control plane again that does not answer just now, for half a minute in all: it may be starting anew, or have too
 * much to do, and a job that ended for that would only be asked for once more.
 * @param ask may be done more than once
 * @throws what it threw at last, or at once where another answer is not to be expected
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  of: { say: (line: string) => void; pause?: (ms: number) => Promise<unknown> },
): Promise<T> {
  for (const ms of waitsMs) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error)) throw error;
      of.say(`${error instanceof Error ? error.message : String(error)} Asking again in ${ms / 1_000} s.`);
    }
    await (of.pause ?? pause)(ms);
  }
  return await ask();
}

function mayPass(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof RefusedError && (error.problem.status === 429 || error.problem.status >= 500);
}
