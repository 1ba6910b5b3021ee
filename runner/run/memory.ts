import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "#runner/write-whole.ts";

/** What a run must remember when the runner is replaced in its midst. */
export type Memory = {
  /** The branch that was chosen; null until there is one. */
  branch: string | null;
  /** Where the remote branch stands by our own push; null while it does not exist. */
  pushed: string | null;
  /** Turns whose consequences are all done: pushed, verified, answered. */
  turnsHandled: number;
  /** Bytes of the transcript that have been reported. */
  reported: number;
};

export type MemoryFile = { readonly now: Memory; keep(some: Partial<Memory>): void };

/** @param folder the run's folder in the journal */
export function openMemory(folder: string, headSha: string | null): MemoryFile {
  const path = join(folder, "memory.json");
  let now: Memory = { branch: null, pushed: headSha, turnsHandled: 0, reported: 0 };
  try {
    now = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return {
    get now() {
      return now;
    },
    keep(some) {
      now = { ...now, ...some };
      writeWhole(path, JSON.stringify(now));
    },
  };
}
