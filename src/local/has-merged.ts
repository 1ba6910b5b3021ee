import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { askGit } from "./git.ts";

/** A branch that left so many commits behind, which touch the same files, is looked for among the newest of them. */
const mostTried = 20;
/** Of more paths some are enough to find those commits by. */
const mostPaths = 200;

/**
 * Whether a branch holds a commit and all before it: by a merge, as other commits with the same changes, or as one with
 * all of them.
 * @param top folder of a working copy
 * @param into name of a branch in it
 */
export async function hasMerged(top: string, into: string, headSha: string): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(headSha)) return false;
  const tip = await shaOf(top, `refs/heads/${into}^{commit}`);
  if (tip === null || (await askGit(top, ["cat-file", "-e", `${headSha}^{commit}`])) === null) return false;
  if ((await askGit(top, ["merge-base", "--is-ancestor", headSha, tip])) !== null) return true;
  return (await isPicked(top, tip, headSha)) || (await isSquashed(top, tip, headSha));
}

/** Rebased or picked commits are others with the same changes; an empty one, as that of the beginning, is never found. */
async function isPicked(top: string, tip: string, headSha: string): Promise<boolean> {
  const changes = ["rev-list", "--no-merges", "--cherry-pick", "--right-only", `${tip}...${headSha}`];
  const left = (await askGit(top, changes))?.split("\n").filter((line) => line !== "") ?? [headSha];
  for (const sha of left) if (!(await isEmpty(top, `${sha}^`, sha))) return false;
  return true;
}

/**
 * Merging the branch once more would change nothing, now or at some commit since: what came after it may have changed
 * the same lines again.
 */
async function isSquashed(top: string, tip: string, headSha: string): Promise<boolean> {
  const base = (await askGit(top, ["merge-base", tip, headSha]))?.trim();
  // What takes itself back is in every branch, and nobody merged it.
  if (base === undefined || (await isEmpty(top, base, headSha))) return false;
  const names = await askGit(top, ["diff-tree", "-r", "-z", "--name-only", "--no-renames", base, headSha]);
  const paths = (names ?? "").split("\0").filter((path) => path !== "");
  const since = ["--literal-pathspecs", "rev-list", "--first-parent", `--max-count=${mostTried}`, `${base}..${tip}`];
  const commits = (await askGit(top, [...since, "--", ...paths.slice(0, mostPaths)]))?.split("\n") ?? [];
  return await beside(top, async (scratch) => {
    for (const commit of commits.filter((sha) => sha !== "")) {
      const tree = await shaOf(top, `${commit}^{tree}`);
      const merged = await askGit(scratch, ["merge-tree", "--write-tree", "--no-messages", commit, headSha]);
      if (merged !== null && merged.trim() === tree) return true;
    }
    return false;
  });
}

/**
 * Lends a repository with the same commits, which takes what a trial writes and has none of the settings, attributes and
 * programs of the other.
 */
async function beside(top: string, act: (scratch: string) => Promise<boolean>): Promise<boolean> {
  const objects = await askGit(top, ["rev-parse", "--git-path", "objects"]);
  const format = (await askGit(top, ["rev-parse", "--show-object-format"]))?.trim() ?? "sha1";
  if (objects === null) return false;
  const scratch = await mkdtemp(join(tmpdir(), "cco-merged-"));
  try {
    const made = ["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, scratch];
    if ((await askGit(scratch, made)) === null) return false;
    await writeFile(join(scratch, "objects/info/alternates"), `${resolve(top, objects.trimEnd())}\n`);
    return await act(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function shaOf(top: string, name: string): Promise<string | null> {
  return (await askGit(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", name]))?.trim() ?? null;
}

/** Whether nothing differs between the two, as at the commit that a task's branch begins with. */
async function isEmpty(top: string, from: string, to: string): Promise<boolean> {
  return (await askGit(top, ["diff-tree", "--no-ext-diff", "--quiet", from, to])) !== null;
}
