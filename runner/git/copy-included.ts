import { constants, existsSync } from "node:fs";
import { copyFile, mkdtemp, readlink, realpath, rm, symlink } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import { EscapeError, kindOf, makeWayTo, readContained } from "./contained.ts";
import { treeFolder } from "./task-repository.ts";
import type { Worktree } from "./worktree.ts";
import { recordFolder } from "./worktree-record.ts";

export type Included = { copied: string[]; refused: { path: string; why: string }[] };

/** No more files than this are copied: a pattern that takes a whole dependency folder along is a mistake. */
const mostFiles = 20_000;

/**
 * Copies the files that `.worktreeinclude` names (gitignore's syntax) and that git ignores, such as `.env`, from a
 * person's checkout into a worktree: copy-on-write where the disk can. What is already in the worktree stays.
 *
 * Links are copied as links when they stay inside, and refused when they lead out (S29).
 *
 * @param of.from an absolute folder; when it or its `.worktreeinclude` is missing, nothing is copied
 */
export async function copyIncluded(of: { from: string; worktree: Worktree }): Promise<Included> {
  const { worktree } = of;
  if ((await kindOf(worktree.folder, treeFolder)) !== "folder") throw new EscapeError(worktree.folder, treeFolder);
  const included: Included = { copied: [], refused: [] };
  if (!existsSync(of.from)) return included;
  const from = await realpath(of.from);
  if ((await readContained(from, ".worktreeinclude", 1024 * 1024)) === null) return included;
  for (const path of await includedPaths(from, worktree)) {
    if (included.copied.length >= mostFiles) {
      included.refused.push({ path, why: `more than ${mostFiles} files` });
      break;
    }
    const why = await copyOne(from, worktree.path, path);
    if (why === null) included.copied.push(path);
    else included.refused.push({ path, why });
  }
  return included;
}

/** Untracked files that both `.worktreeinclude` and the ignore rules match. The checkout's own git is not consulted. */
async function includedPaths(from: string, worktree: Worktree): Promise<string[]> {
  const { mirror } = worktree;
  const scratch = await mkdtemp(join(recordFolder(mirror, worktree.folder), "include-"));
  try {
    const over = { workTree: from, indexFile: join(scratch, "index"), maxBytes: 256 << 20 };
    await mirror.git(["read-tree", worktree.baseSha], over);
    const named = await mirror.git(
      ["ls-files", "-z", "--others", "--ignored", `--exclude-from=${join(from, ".worktreeinclude")}`],
      over,
    );
    if (named.stdout === "") return [];
    const input = named.stdout.replace(/[^\0]+/g, "./$&");
    const ignored = await mirror.git(["check-ignore", "-z", "--stdin"], { ...over, input, accept: [0, 1] });
    return ignored.stdout.split("\0").flatMap((path) => (path === "" ? [] : [path.slice(2)]));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @returns why it was not copied, or null */
async function copyOne(from: string, to: string, path: string): Promise<string | null> {
  const kind = await kindOf(from, path);
  if (kind === "beyond") return "lies behind a link";
  if (kind !== "file" && kind !== "executable" && kind !== "link") return "is not a file";
  const there = await kindOf(to, path);
  if (there === "beyond") return "a link stands in its way";
  if (there !== "missing") return "is there already";
  const target = await makeWayTo(to, path);
  const source = join(from, path);
  if (kind === "link") {
    const pointsTo = await readlink(source);
    const real = isAbsolute(pointsTo) ? null : await realpath(source).catch(() => null);
    if (real === null || !real.startsWith(from + sep)) return "is a link that leads out";
    await symlink(pointsTo, target);
    return null;
  }
  // EXCL: a link planted at the target in the meantime makes the copy fail and is never followed.
  await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  return null;
}
