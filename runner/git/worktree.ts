import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { kindOf } from "./contained.ts";
import { GitError } from "./git.ts";
import { type Commit, commitsBetween, type DiffStat, diffStatBetween } from "./history.ts";
import { type ImportedBranch, takeHead } from "./import-branch.ts";
import { inTurn } from "./in-turn.ts";
import type { Mirror } from "./mirror.ts";
import { saveFilesOnly, saveRecovery } from "./recovery.ts";
import { restoreProtected } from "./restore-protected.ts";
import { type Author, commitTree, taskRef, treeOf } from "./task-objects.ts";
import {
  createTaskRepository,
  headOf,
  moveHead,
  replaceIndex,
  repositoryFolder,
  resetTaskRepository,
  TaskRepositoryError,
  treeFolder,
} from "./task-repository.ts";
import { discard, setAside } from "./trash.ts";
import { type Staged, type TrustedTree, trustedTree } from "./trusted-tree.ts";

/**
 * A task's folder:
 *
 *   tree/           the agent works here
 *   repo.git/       the task's own repository; the agent may write it
 *   runner/         the runner's index over the tree; never shown to the agent
 *   worktree.json   written last: without it the folder is the leftover of a failed attempt
 */
export type Worktree = {
  readonly mirror: Mirror;
  readonly task: string;
  readonly folder: string;
  /** The tree's absolute path: where the agent works. */
  readonly path: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly author: Author;
  readonly trusted: TrustedTree;
  /** What an instance's sandbox must let it reach, and no more of this task's folder or of the mirror than that. */
  readonly access: { writable: readonly string[]; readable: readonly string[] };
  /** The commit the worktree stands on, taken over into the mirror on the way. @throws TaskRepositoryError */
  head(): Promise<string>;
  /** What on disk is in no commit. */
  status(): Promise<StatusEntry[]>;
  /** Everything since the base, committed or not. */
  diffStat(): Promise<DiffStat>;
  /** Commits on the way from `base` (the worktree's own unless given) to the head, oldest first. */
  commitsSince(base?: string): Promise<Commit[]>;
  /**
   * Commits what the agent left uncommitted, on top of its head, and moves its branch there; files over 100 MB are left
   * out. Only while no instance is at work in the tree.
   *
   * @returns null when there was nothing to commit
   */
  commitLeftovers(message: string): Promise<{ sha: string; skipped: Staged["skipped"] } | null>;
  /** Puts paths back as they are at `sha` (the base unless given); what is not there is removed. */
  restoreProtected(sha: string, paths: readonly string[]): Promise<string[]>;
  /**
   * Saves unpublished work to a recovery ref, then moves the folder out of the way at once and deletes it in the
   * background. A worktree whose work cannot be saved is kept aside instead.
   */
  remove(): Promise<Removal>;
};

export type StatusEntry = { path: string; kind: "changed" | "untracked" | "embedded_repository" };

/** `deleted` ends when the disk space is free again; it never rejects. */
export type Removal = { recovery: { ref: string; sha: string } | null; keptAt: string | null; deleted: Promise<void> };

/** The remote already has a branch of that name and nothing says that it is this task's. Choose another name (F36). */
export class BranchTakenError extends Error {
  constructor(branch: string) {
    super(`The branch ${branch} exists and belongs to somebody else.`);
    this.name = "BranchTakenError";
  }
}

/** GitHub refuses larger files, and with them the whole push. */
const largestBytes = 100 * 1024 * 1024;

type Written = z.infer<typeof Written>;

/**
 * Makes a task's worktree, or makes a failed or finished attempt's one usable again: safe to call any number of times,
 * and for any number of tasks of a repository at once. No instance may be at work in the folder.
 *
 * @param wanted.startAt the commit to continue from when another runner pushed this task's branch; otherwise the
 *   worktree continues what this machine has of the task, or begins at `baseSha`
 * @throws BranchTakenError
 */
export async function makeWorktree(wanted: {
  mirror: Mirror;
  task: string;
  folder: string;
  branch: string;
  baseSha: string;
  author: Author;
  startAt?: string | null;
}): Promise<Worktree> {
  return await inTurn(wanted.folder, async () => {
    const { mirror, folder, task } = wanted;
    const present = await openWorktree({ mirror, folder });
    if (present !== null && present.task === task && present.branch === wanted.branch && (await isWhole(present))) {
      await resetTaskRepository(mirror, folder, wanted.author);
      return present;
    }
    if (existsSync(folder)) await clearLeftover(describe(wanted));
    const sha = await startOf(wanted);
    await mirror.git(["update-ref", taskRef(task, "base"), wanted.baseSha]);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const worktree = describe(wanted);
    await createTaskRepository(mirror, folder, { branch: wanted.branch, sha, author: wanted.author });
    await worktree.trusted.checkOut(sha);
    await replaceIndex(folder, worktree.trusted.indexFile);
    await writeDown(worktree);
    return worktree;
  });
}

/** The worktree that an earlier {@link makeWorktree} finished in a folder, untouched; null when there is none. */
export async function openWorktree(at: { mirror: Mirror; folder: string }): Promise<Worktree | null> {
  const file = join(at.folder, "worktree.json");
  if (!existsSync(file)) return null;
  const written = parseWritten(await readFile(file, "utf8"));
  return written === null ? null : describe({ ...at, ...written });
}

function describe(of: { mirror: Mirror; folder: string } & Written): Worktree {
  const { mirror, folder, task, branch, baseSha, author } = of;
  const trusted = trustedTree(mirror, folder);
  const take = (): Promise<ImportedBranch> => takeHead({ mirror, folder, ref: taskRef(task, "head") });

  const worktree: Worktree = {
    mirror,
    task,
    folder,
    path: join(folder, treeFolder),
    branch,
    baseSha,
    author,
    trusted,
    access: {
      writable: [join(folder, treeFolder), join(folder, repositoryFolder)],
      readable: [join(mirror.path, "objects")],
    },
    async head() {
      return (await take()).sha;
    },
    async status() {
      const { changed, untracked, embedded } = await trusted.changes((await take()).sha);
      return [
        ...changed.map((path) => ({ path, kind: "changed" as const })),
        ...untracked.map((path) => ({ path, kind: "untracked" as const })),
        ...embedded.map((path) => ({ path, kind: "embedded_repository" as const })),
      ];
    },
    async diffStat() {
      const { tree } = await trusted.stage((await take()).sha, largestBytes);
      return await diffStatBetween(mirror, baseSha, tree);
    },
    async commitsSince(base = baseSha) {
      return await commitsBetween(mirror, base, (await take()).sha);
    },
    async commitLeftovers(message) {
      const place = await headOf(mirror, folder);
      const { sha } = await take();
      const { tree, skipped } = await trusted.stage(sha, largestBytes);
      if (tree === (await treeOf(mirror, sha))) return null;
      const commit = await commitTree(mirror, { tree, parent: sha, message, author });
      await mirror.git(["update-ref", taskRef(task, "head"), commit]);
      await trusted.changes(commit);
      await moveHead(folder, place, commit);
      await replaceIndex(folder, trusted.indexFile);
      return { sha: commit, skipped };
    },
    restoreProtected: (sha, paths) => restoreProtected({ worktree, sha, paths }),
    remove: () => inTurn(folder, () => removeNow(worktree)),
  };
  return worktree;
}

async function startOf(wanted: Parameters<typeof makeWorktree>[0]): Promise<string> {
  const { mirror, task, branch } = wanted;
  if (wanted.startAt) return wanted.startAt;
  const ours = await mirror.resolve(taskRef(task, "head"));
  const remote = await mirror.resolve(`refs/heads/${branch}`);
  if (ours === null) {
    if (remote !== null) throw new BranchTakenError(branch);
    return wanted.baseSha;
  }
  // Somebody may have pushed on top of the task's branch since; their commits are part of the work.
  return remote !== null && (await mirror.contains(remote, ours)) ? remote : ours;
}

async function removeNow(worktree: Worktree): Promise<Removal> {
  const { mirror, folder, task } = worktree;
  if (!existsSync(folder)) return { recovery: null, keptAt: null, deleted: Promise.resolve() };
  try {
    const recovery = await saveRecovery({ mirror, worktree, task });
    return { recovery, keptAt: null, deleted: (await discard(mirror.home, folder)).deleted };
  } catch (error) {
    if (!(error instanceof GitError || error instanceof TaskRepositoryError)) throw error;
    const recovery = await saveFilesOnly(worktree).catch(() => null);
    return { recovery, keptAt: await setAside(mirror.home, folder), deleted: Promise.resolve() };
  }
}

/** The tree and its repository are where they were made. Damage to them (F35) means making them anew. */
async function isWhole(worktree: Worktree): Promise<boolean> {
  if ((await kindOf(worktree.folder, treeFolder)) !== "folder") return false;
  if ((await kindOf(worktree.folder, join(treeFolder, ".git"))) !== "file") return false;
  try {
    await worktree.head();
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** Saves what a leftover folder holds, as far as it can be read, and moves it away. */
async function clearLeftover(worktree: Worktree): Promise<void> {
  const hasWork =
    existsSync(join(worktree.folder, repositoryFolder)) && existsSync(join(worktree.folder, "worktree.json"));
  if (!hasWork) {
    await discard(worktree.mirror.home, worktree.folder);
    return;
  }
  await removeNow(worktree);
}

const Written = z.object({
  task: z.string(),
  branch: z.string(),
  baseSha: z.string().regex(/^[0-9a-f]{40}$/),
  author: z.object({ name: z.string(), email: z.string() }),
});

/** Null for a file that a power cut or an agent spoilt: the folder is then a leftover like any other. */
function parseWritten(text: string): Written | null {
  try {
    return Written.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

async function writeDown(worktree: Worktree): Promise<void> {
  const { task, branch, baseSha, author } = worktree;
  const file = join(worktree.folder, "worktree.json");
  await rm(`${file}.draft`, { force: true });
  await writeFile(`${file}.draft`, JSON.stringify({ task, branch, baseSha, author } satisfies Written), {
    mode: 0o600,
  });
  await rename(`${file}.draft`, file);
}
