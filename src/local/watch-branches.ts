import { watch } from "node:fs";
import { resolve } from "node:path";
import { askGit } from "./git.ts";

/**
 * Tells when a branch of the repository is made, moved or deleted.
 * @returns how to end it; null where the system does not tell
 */
export async function watchBranches(folder: string, onMove: () => void): Promise<(() => void) | null> {
  const found = await askGit(folder, ["rev-parse", "--git-common-dir"]).catch(() => null);
  if (found === null) return null;
  try {
    const heads = resolve(folder, found.trim(), "refs/heads");
    const watcher = watch(heads, { recursive: true, persistent: false }, onMove);
    watcher.on("error", onMove);
    return () => watcher.close();
  } catch {
    // Too many are watched already, or the folder is gone: whoever asked looks now and then instead.
    return null;
  }
}
