import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Mirror } from "./mirror.ts";

/**
 * What the runner knows of a worktree, in the runner's own folder and out of the agent's reach:
 *
 *   worktree.json   written last: without it the task's folder is the leftover of a failed attempt
 *   index           the runner's index over the tree
 */
export const Written = z.object({
  task: z.string(),
  branch: z.string(),
  baseSha: z.string().regex(/^[0-9a-f]{40}$/),
  author: z.object({ name: z.string(), email: z.string() }),
});
export type Written = z.infer<typeof Written>;

/** The folder of that knowledge, for the worktree in a task's folder. */
export function recordFolder(mirror: Mirror, folder: string): string {
  const key = createHash("sha256").update(`${mirror.path}\0${folder}`).digest("hex").slice(0, 16);
  return join(mirror.home, "worktrees", `${basename(folder)}-${key}`);
}

/** Null when there is none, or when a power cut spoilt it: the task's folder is then a leftover like any other. */
export async function readWritten(mirror: Mirror, folder: string): Promise<Written | null> {
  const file = join(recordFolder(mirror, folder), "worktree.json");
  if (!existsSync(file)) return null;
  try {
    return Written.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

export async function writeDown(mirror: Mirror, folder: string, facts: Written): Promise<void> {
  const own = recordFolder(mirror, folder);
  await mkdir(own, { recursive: true, mode: 0o700 });
  const { task, branch, baseSha, author } = facts;
  const file = join(own, "worktree.json");
  await writeFile(`${file}.draft`, JSON.stringify({ task, branch, baseSha, author } satisfies Written), {
    mode: 0o600,
  });
  await rename(`${file}.draft`, file);
}

export async function forget(mirror: Mirror, folder: string): Promise<void> {
  await rm(recordFolder(mirror, folder), { recursive: true, force: true });
}
