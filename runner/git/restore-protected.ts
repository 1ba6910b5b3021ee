import { rm } from "node:fs/promises";
import { below, clearWayTo, kindOf, makeWayTo } from "./contained.ts";
import type { Worktree } from "./worktree.ts";

/**
 * Puts paths (files or folders, relative to the tree) back as they are at a commit, and removes them where the commit
 * has none. Links are replaced or removed, never followed.
 *
 * @returns the paths that were different
 * @throws EscapeError for a path that leads out of the tree
 */
export async function restoreProtected(of: {
  worktree: Worktree;
  sha: string;
  paths: readonly string[];
}): Promise<string[]> {
  const { worktree, sha, paths } = of;
  const tree = worktree.path;
  return await worktree.trusted.withIndex(sha, async (run) => {
    const restored: string[] = [];
    for (const path of paths.map((name) => name.replace(/\/+$/, ""))) {
      const listed = await run(["ls-files", "-z", "--", path]);
      const wanted = listed.stdout.split("\0").filter((name) => name !== "");
      const changed = await run(["diff-files", "-z", "--name-only", "--ignore-submodules=all", "--", path]);
      const others = await run(["ls-files", "-z", "--others", "--", path]);
      if (`${changed.stdout}${others.stdout}` === "") continue;
      restored.push(path);
      if ((await kindOf(tree, path)) !== "beyond") await rm(below(tree, path), { recursive: true, force: true });
      if (wanted.length === 0) continue;
      await clearWayTo(tree, path);
      await makeWayTo(tree, path);
      await run(["checkout-index", "--force", "--quiet", "-z", "--stdin"], {
        input: wanted.map((name) => `${name}\0`).join(""),
      });
    }
    return restored;
  });
}
