import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Older than any lock that a living git holds for a ref, an index or the configuration (F37). */
const lockAgeMs = 60_000;
const packAgeMs = 6 * 3_600_000;

/**
 * Removes what a killed git left in a repository: lock files older than a minute and half-written packs older than
 * six hours. The caller holds the repository's lock, so no fetch of ours is at work.
 */
export async function clearAbandoned(gitDir: string, now: number = Date.now()): Promise<string[]> {
  const removed: string[] = [];
  const locks = [
    ...(await named(gitDir, /^(packed-refs|config|HEAD|shallow|index|FETCH_HEAD)\.lock$/)),
    ...(await locksBelow(join(gitDir, "refs"))),
  ];
  for (const path of locks) if (await removeIfOlder(path, now - lockAgeMs)) removed.push(path);
  const packs = await named(join(gitDir, "objects", "pack"), /^(tmp_|\.tmp-)/);
  for (const path of packs) if (await removeIfOlder(path, now - packAgeMs)) removed.push(path);
  return removed;
}

async function named(folder: string, pattern: RegExp): Promise<string[]> {
  return (await entries(folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

async function locksBelow(folder: string): Promise<string[]> {
  const names = await entries(folder, true);
  return names.filter((name) => name.endsWith(".lock")).map((name) => join(folder, name));
}

async function entries(folder: string, recursive = false): Promise<string[]> {
  try {
    return await readdir(folder, { recursive });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

async function removeIfOlder(path: string, than: number): Promise<boolean> {
  try {
    if ((await stat(path)).mtimeMs > than) return false;
    await rm(path, { force: true });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
