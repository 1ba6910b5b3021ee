import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join, resolve } from "node:path";
import { askGit } from "./git.ts";

/** What no event told of is found by looking, so often. */
const slowMs = 60_000;

/**
 * Tells when a branch of the repository is made, moved or deleted.
 * @returns how to end it; null where the system does not tell
 */
export async function watchBranches(folder: string, onMove: () => void): Promise<(() => void) | null> {
  const found = await askGit(folder, ["rev-parse", "--git-common-dir"]).catch(() => null);
  if (found === null) return null;
  const tree = watchTree(resolve(folder, found.trim(), "refs/heads"), onMove);
  if (tree === null) return null;
  let known = await branchesOf(folder);
  const looking = setInterval(async () => {
    const now = await branchesOf(folder);
    if (now !== known) onMove();
    known = now;
  }, slowMs).unref();
  return () => {
    clearInterval(looking);
    tree.close();
  };
}

/** All branches with their commits, as one text; null where git cannot say. */
async function branchesOf(folder: string): Promise<string | null> {
  return askGit(folder, ["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads"]).catch(() => null);
}

/**
 * Watches each folder by itself. Node's own watching of a whole tree tells of a file only the first time that another is
 * put in its place, and git puts a new file in the place of the old one each time (Node 24 on Linux).
 */
function watchTree(top: string, onChange: () => void): { close: () => void } | null {
  const watched = new Map<string, { watcher: FSWatcher; inode: number }>();
  const leave = (place: string) => {
    watched.get(place)?.watcher.close();
    watched.delete(place);
  };
  const follow = (place: string) => {
    const inode = statSync(place).ino;
    // A folder goes with its last branch, and may be there anew.
    if (watched.get(place)?.inode !== inode) {
      leave(place);
      const watcher = watch(place, { persistent: false }, () => {
        // Too many are watched already, or the folder has gone: what is in it is found by looking.
        attempt(() => follow(place));
        onChange();
      });
      watcher.on("error", () => leave(place));
      watched.set(place, { watcher, inode });
    }
    for (const entry of readdirSync(place, { withFileTypes: true }))
      if (entry.isDirectory()) follow(join(place, entry.name));
    for (const one of watched.keys()) if (!statSync(one, { throwIfNoEntry: false })) leave(one);
  };
  const close = () => {
    for (const place of [...watched.keys()]) leave(place);
  };
  if (attempt(() => follow(top))) return { close };
  close();
  return null;
}

/** @returns false for a refusal of the file system */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}
