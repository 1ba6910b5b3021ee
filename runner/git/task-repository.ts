import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kindOf, readContained, writeContained } from "./contained.ts";
import { git } from "./git.ts";
import type { Mirror } from "./mirror.ts";

/**
 * The repository that belongs to one task and that its agent may write: `<folder>/repo.git`. It borrows the mirror's
 * objects, knows the remote's branches and tags as of its making, and has one linked worktree, `<folder>/tree`.
 *
 * The runner uses git *in* it only while it is new. Once an agent has had it, the runner reads its few small files
 * itself, never following a link, and takes commits over with a fetch by path.
 */
export const repositoryFolder = "repo.git";
export const treeFolder = "tree";
const linked = join(repositoryFolder, "worktrees", treeFolder);

/** The agent's side of the task was changed so that work cannot be taken over safely. `reason` is a sentence. */
export class TaskRepositoryError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "TaskRepositoryError";
  }
}

/**
 * Makes `repo.git` and an empty, linked worktree with `branch` at `sha`. Nothing is checked out.
 *
 * @param folder the task's folder; neither `repo.git` nor `tree` may exist in it
 */
export async function createTaskRepository(
  mirror: Mirror,
  folder: string,
  start: { branch: string; sha: string; author: { name: string; email: string } },
): Promise<void> {
  const gitDir = join(folder, repositoryFolder);
  await mkdir(gitDir, { recursive: true });
  await git(["init", "--quiet", "--bare", "--template=", `--initial-branch=${start.branch}`, gitDir], { gitDir: null });
  await writeFile(join(gitDir, "objects", "info", "alternates"), `${join(mirror.path, "objects")}\n`);
  await writeFile(join(gitDir, "config"), configuration(mirror, start.author));
  await writeFile(join(gitDir, "packed-refs"), await borrowedRefs(mirror));
  await git(["update-ref", `refs/heads/${start.branch}`, start.sha], { gitDir });
  await git(["worktree", "add", "--quiet", "--no-checkout", "--", join(folder, treeFolder), start.branch], { gitDir });
}

/** Restores what the runner put there: the configuration, no hooks, the mirror's objects, no stale index lock. */
export async function resetTaskRepository(
  mirror: Mirror,
  folder: string,
  author: { name: string; email: string },
): Promise<void> {
  await writeContained(folder, join(repositoryFolder, "config"), configuration(mirror, author));
  await writeContained(folder, join(repositoryFolder, "objects", "info", "alternates"), alternates(mirror));
  const lock = join(linked, "index.lock");
  if ((await kindOf(folder, lock)) === "file") await rm(join(folder, lock));
}

/**
 * Where the worktree's HEAD stands: a branch of the task's repository or a bare commit.
 *
 * @throws TaskRepositoryError when the repository is not of the shape that the runner made
 */
export async function headOf(mirror: Mirror, folder: string): Promise<{ ref: string } | { sha: string }> {
  await checkShape(mirror, folder);
  const head = (await readContained(folder, join(linked, "HEAD"), 4_096))?.trim();
  if (head === undefined) throw new TaskRepositoryError("The worktree's HEAD is missing.");
  if (/^[0-9a-f]{40}$/.test(head)) return { sha: head };
  const ref = /^ref: (refs\/heads\/[^\s~^:?*[\\]{1,240})$/.exec(head)?.[1];
  if (ref === undefined || ref.includes("..") || ref.includes("@{") || ref.includes("//")) {
    throw new TaskRepositoryError("The worktree's HEAD does not name a branch.");
  }
  return { ref };
}

/** Moves the worktree to a commit that the mirror has, by the files themselves; the tree on disk must already match. */
export async function moveHead(folder: string, head: { ref: string } | { sha: string }, sha: string): Promise<void> {
  const path = "ref" in head ? join(repositoryFolder, head.ref) : join(linked, "HEAD");
  await writeContained(folder, path, `${sha}\n`);
}

/** The commit that an unfinished merge in the worktree takes in; null when there is none, or when it is of many. */
export async function mergeHeadOf(folder: string): Promise<string | null> {
  const head = (await readContained(folder, join(linked, "MERGE_HEAD"), 1_024))?.trim();
  return head !== undefined && /^[0-9a-f]{40}$/.test(head) ? head : null;
}

/** Ends an unfinished merge, its result being committed. */
export async function endMerge(folder: string): Promise<void> {
  for (const name of ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE"]) {
    const path = join(linked, name);
    if (["file", "link"].includes(await kindOf(folder, path))) await rm(join(folder, path));
  }
}

/** Gives the agent's worktree an index that matches `sha`, so that its own `git status` starts clean. */
export async function replaceIndex(folder: string, indexFile: string): Promise<void> {
  await writeContained(folder, join(linked, "index"), await readFile(indexFile));
}

/**
 * What a fetch by path would otherwise follow: links in place of folders, objects borrowed from elsewhere (another
 * task's or another repository's), a grafted or shallow history.
 */
async function checkShape(mirror: Mirror, folder: string): Promise<void> {
  for (const path of ["", "objects", "objects/info", "objects/pack", "refs", "refs/heads", "worktrees/tree"]) {
    if ((await kindOf(folder, join(repositoryFolder, path))) !== "folder") {
      throw new TaskRepositoryError(`The task's repository has no folder ${path === "" ? "any more" : path}.`);
    }
  }
  for (const path of ["objects", "refs"]) {
    const entries = await readdir(join(folder, repositoryFolder, path), { recursive: true, withFileTypes: true });
    if (entries.some((entry) => entry.isSymbolicLink())) {
      throw new TaskRepositoryError(`The task's repository has a link among its ${path}.`);
    }
  }
  const borrowed = await readContained(folder, join(repositoryFolder, "objects/info/alternates"), 65_536);
  if (borrowed !== alternates(mirror)) {
    throw new TaskRepositoryError("The task's repository borrows objects from somewhere else than the mirror.");
  }
  for (const path of ["commondir", "shallow", "objects/info/http-alternates", "info/grafts"]) {
    if ((await kindOf(folder, join(repositoryFolder, path))) !== "missing") {
      throw new TaskRepositoryError(`The task's repository has a file ${path} that the runner did not make.`);
    }
  }
  for (const path of ["HEAD", "config"]) {
    if ((await kindOf(folder, join(repositoryFolder, path))) !== "file") {
      throw new TaskRepositoryError(`The task's repository has no file ${path}.`);
    }
  }
}

function alternates(mirror: Mirror): string {
  return `${join(mirror.path, "objects")}\n`;
}

function configuration(mirror: Mirror, author: { name: string; email: string }): string {
  return [
    "[core]",
    "\trepositoryformatversion = 0",
    "\tfilemode = true",
    "\tbare = true",
    "\tlogallrefupdates = true",
    "[gc]",
    "\tauto = 0",
    "[user]",
    `\tname = ${quoted(author.name)}`,
    `\temail = ${quoted(author.email)}`,
    '[remote "origin"]',
    `\turl = ${quoted(mirror.url)}`,
    // Only the runner pushes. Git's own complaint about this address then says so.
    "\tpushurl = the-runner-pushes-for-you://",
    "\tfetch = +refs/heads/*:refs/remotes/origin/*",
    "",
  ].join("\n");
}

/** Git's own quoting of a configuration value (git-config(1), "Syntax"). */
function quoted(value: string): string {
  const oneLine = value.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  return `"${oneLine.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}

/** The mirror's heads and tags in the form of a `packed-refs` file: one write, however many there are. */
async function borrowedRefs(mirror: Mirror): Promise<string> {
  const { stdout } = await mirror.git(
    ["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/", "refs/tags/"],
    {
      maxBytes: 256 << 20,
    },
  );
  return stdout.replaceAll(" refs/heads/", " refs/remotes/origin/");
}
