import { randomBytes } from "node:crypto";
import { access, constants, copyFile, lstat, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { below, kindOf } from "./contained.ts";
import type { GitAnswer, GitCall } from "./git.ts";
import { inTurn } from "./in-turn.ts";
import type { Mirror } from "./mirror.ts";
import { TaskRepositoryError, treeFolder } from "./task-repository.ts";
import { recordFolder } from "./worktree-record.ts";

/**
 * The runner's own view of a worktree: the mirror as git directory, the task's tree as work tree, and an index that
 * only the runner writes. So no configuration, hook, filter or `.git` file of the agent's is ever in force, and what
 * `.gitattributes` asks for has no program behind it.
 *
 * `git add` is not used: it would run `git status` inside embedded repositories, under *their* configuration. Changed
 * and new paths are listed, looked at without following links, and given to `update-index`.
 */
export type TrustedTree = {
  /** The runner's index, matching the last commit it was read for. */
  readonly indexFile: string;
  /** Writes the files of a commit into the (empty) tree. */
  checkOut(sha: string): Promise<void>;
  /** Brings a clean tree from one commit to another, touching only what differs. */
  switchTo(from: string, to: string): Promise<void>;
  /** What differs from `sha` on disk. */
  changes(sha: string): Promise<{ changed: string[]; untracked: string[]; embedded: string[] }>;
  /**
   * The tree object that a commit of everything on disk would have, on top of `sha`.
   *
   * @param largestBytes leave out new and changed files larger than this
   */
  stage(sha: string, largestBytes?: number): Promise<Staged>;
  /** Runs git over the tree with a copy of the index that matches `sha`. */
  withIndex<T>(sha: string, work: (run: TreeGit) => Promise<T>): Promise<T>;
};

export type TreeGit = (args: readonly string[], call?: Partial<GitCall>) => Promise<GitAnswer>;

/** `skipped` names what could not be taken along, and why. */
export type Staged = {
  tree: string;
  skipped: { path: string; why: "embedded_repository" | "unreadable" | "unreadable_name" | "too_large" }[];
};

export function trustedTree(mirror: Mirror, folder: string): TrustedTree {
  const tree = join(folder, treeFolder);
  const own = recordFolder(mirror, folder);
  const indexFile = join(own, "index");

  /** Works on a copy, so that a killed git leaves no lock that anybody would meet again. */
  async function withIndex<T>(sha: string, keep: boolean, work: (run: TreeGit) => Promise<T>): Promise<T> {
    return await inTurn(indexFile, async () => {
      // A link in the tree's place would make every path below it one outside.
      if ((await kindOf(folder, treeFolder)) !== "folder")
        throw new TaskRepositoryError("The worktree's tree is gone.");
      await mkdir(own, { recursive: true, mode: 0o700 });
      const draft = `${indexFile}.${randomBytes(6).toString("hex")}`;
      const run: TreeGit = (args, call = {}) => mirror.git(args, { workTree: tree, indexFile: draft, ...call });
      try {
        if (await exists(indexFile)) {
          await copyFile(indexFile, draft);
          const kept = await run(["read-tree", "-m", sha], { accept: [0, 128] });
          if (kept.code !== 0) {
            await rm(draft, { force: true });
            await run(["read-tree", sha]);
          }
        } else await run(["read-tree", sha]);
        const result = await work(run);
        if (keep) await rename(draft, indexFile);
        return result;
      } finally {
        await rm(draft, { force: true });
        await rm(`${draft}.lock`, { force: true });
      }
    });
  }

  async function changesOf(run: TreeGit): Promise<{ changed: string[]; untracked: string[]; embedded: string[] }> {
    const changed = paths(await run(["diff-files", "-z", "--name-only", "--ignore-submodules=all"]));
    const others = paths(await run(["ls-files", "-z", "--others", "--exclude-standard"], { maxBytes: 512 << 20 }));
    return {
      changed,
      untracked: others.filter((path) => !path.endsWith("/")),
      embedded: others.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1)),
    };
  }

  /** Without it a file that was only touched counts as changed; staging does not mind. */
  async function refresh(run: TreeGit): Promise<void> {
    await run(["update-index", "-q", "--refresh", "--ignore-submodules"], { accept: [0, 1], timeoutMs: 600_000 });
  }

  return {
    indexFile,
    async checkOut(sha) {
      await withIndex(sha, true, async (run) => {
        await run(["checkout-index", "--all", "--force", "--quiet", "-u"], { timeoutMs: 1_800_000 });
      });
    },
    async switchTo(from, to) {
      await withIndex(from, true, async (run) => {
        await run(["read-tree", "-m", "-u", from, to], { timeoutMs: 1_800_000 });
      });
    },
    changes: (sha) =>
      withIndex(sha, true, async (run) => {
        await refresh(run);
        return await changesOf(run);
      }),
    async stage(sha, largestBytes = Number.POSITIVE_INFINITY) {
      return await withIndex(sha, false, async (run) => {
        const { changed, untracked, embedded } = await changesOf(run);
        const skipped: Staged["skipped"] = embedded.map((path) => ({ path, why: "embedded_repository" }));
        const add: string[] = [];
        const remove: string[] = [];
        for (const path of [...changed, ...untracked]) {
          // Names that are no UTF-8 cannot be told apart here; better left than taken for something else.
          if (path.includes("\uFFFD")) {
            skipped.push({ path, why: "unreadable_name" });
            continue;
          }
          const kind = await kindOf(tree, path);
          if (kind === "link") add.push(path);
          else if (kind !== "file" && kind !== "executable") remove.push(path);
          else if (!(await isReadable(below(tree, path)))) skipped.push({ path, why: "unreadable" });
          else if ((await lstat(below(tree, path))).size > largestBytes) skipped.push({ path, why: "too_large" });
          else add.push(path);
        }
        await feed(run, ["update-index", "-z", "--force-remove", "--stdin"], remove);
        await feed(run, ["update-index", "-z", "--add", "--replace", "--stdin"], add);
        return { tree: (await run(["write-tree"])).stdout.trim(), skipped };
      });
    },
    withIndex: (sha, work) => withIndex(sha, false, work),
  };
}

async function feed(run: TreeGit, args: readonly string[], names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await run(args, { input: names.map((name) => `${name}\0`).join(""), timeoutMs: 1_800_000 });
}

function paths(answer: GitAnswer): string[] {
  return answer.stdout.split("\0").filter((path) => path !== "");
}

async function exists(path: string): Promise<boolean> {
  return await allowed(path, constants.F_OK);
}

async function isReadable(path: string): Promise<boolean> {
  return await allowed(path, constants.R_OK);
}

async function allowed(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES")) return false;
    throw error;
  }
}
