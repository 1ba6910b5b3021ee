import { existsSync } from "node:fs";
import { inTurn } from "./in-turn.ts";
import { withLock } from "./lock.ts";
import type { Mirror } from "./mirror.ts";
import { taskRef } from "./task-objects.ts";

const patienceMs = 30 * 60_000;

/**
 * Packs what fetches and imports left loose. Nothing is ever pruned: tasks borrow the mirror's objects, also ones that
 * no ref of the mirror reaches, so git's own `gc` stays off. Safe beside running tasks; waits for a fetch.
 */
export async function tidyMirror(mirror: Mirror): Promise<void> {
  if (!existsSync(mirror.path)) return;
  await inTurn(mirror.path, () =>
    withLock(`${mirror.path}.lock`, patienceMs, async () => {
      await mirror.git(["pack-refs", "--all"], { timeoutMs: patienceMs });
      await mirror.git(["repack", "-d", "--geometric=2", "--write-midx", "--quiet"], { timeoutMs: patienceMs });
    }),
  );
}

/** Drops a finished task's refs. Its recovery refs stay. Call it only when its worktree is gone. */
export async function forgetTask(mirror: Mirror, task: string): Promise<void> {
  await mirror.git(["update-ref", "--stdin"], {
    input: `delete ${taskRef(task, "head")}\ndelete ${taskRef(task, "base")}\n`,
  });
}

/**
 * Drops saved work that is older than `before`, by the date of its commit.
 *
 * @returns the refs that were dropped
 */
export async function forgetRecovery(mirror: Mirror, before: Date): Promise<string[]> {
  const { stdout } = await mirror.git([
    "for-each-ref",
    "--format=%(committerdate:unix) %(refname)",
    "refs/cc-orchestrator/recovery/",
  ]);
  const old = stdout.split("\n").flatMap((line) => {
    const [seconds, ref] = line.split(" ");
    return ref !== undefined && Number(seconds) * 1_000 < before.getTime() ? [ref] : [];
  });
  if (old.length > 0) {
    await mirror.git(["update-ref", "--stdin"], { input: old.map((ref) => `delete ${ref}\n`).join("") });
  }
  return old;
}
