/**
 * Copies of a server's state, and work that was saved.
 */

import { join } from "node:path";
import type { SavedWork } from "../../../runner/saved/find-saved.ts";
import { FailedError } from "../errors.ts";
import { runnerHomes } from "./here.ts";

export type { SavedWork };

/** Writes a consistent copy of a server's state. @throws FailedError */
export async function backUpState(home: string, to: string): Promise<void> {
  const { copyState } = await import("../../store/copies.ts");
  await copyState(join(home, "state.db"), to).catch(storeFailure);
}

/** A task's saved work, as far as it can be seen from this machine and from the checkout in `folder`. */
export async function findSavedWork(of: { home: string; task: string; folder: string; repository: string | null }) {
  const { findSavedWork: find } = await import("../../../runner/saved/recover.ts");
  return await find({ ...of, homes: runnerHomes(of.home) });
}

/** Puts a copy in the place of a stopped server's state. @returns where the former state is now @throws FailedError */
export async function restoreState(home: string, copy: string): Promise<string | null> {
  const { restoreState: restore } = await import("../../store/copies.ts");
  return Promise.resolve()
    .then(() => restore(copy, join(home, "state.db")))
    .catch(storeFailure);
}

async function storeFailure(error: unknown): Promise<never> {
  const storeErrors = await import("../../store/errors.ts");
  if (Object.values(storeErrors).some((kind) => error instanceof kind)) throw new FailedError(messageOf(error), "");
  if (error instanceof Error && "code" in error && typeof error.code === "string" && /^(E|SQLITE_)/.test(error.code))
    throw new FailedError(messageOf(error), "Look at the path, its permissions and the room on its disk.");
  throw error;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
