import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The top of the git repository around a folder; null outside of one. A worktree's `.git` is a file. */
export function repositoryAround(folder: string): string | null {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : repositoryAround(parent);
}

/** What a repository's top folder holds. */
export type Checkout = {
  has(name: string): boolean;
  /** Null for what is not there, or too large to be a file that people write. */
  read(name: string): string | null;
};

const largest = 1024 * 1024;

export function openCheckout(folder: string): Checkout {
  return {
    has: (name) => existsSync(join(folder, name)),
    read(name) {
      const path = join(folder, name);
      const facts = statSync(path, { throwIfNoEntry: false });
      return facts?.isFile() && facts.size <= largest ? readFileSync(path, "utf8") : null;
    },
  };
}
