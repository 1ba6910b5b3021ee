import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { GitError } from "./git.ts";
import { takeHead } from "./import-branch.ts";
import type { Mirror } from "./mirror.ts";
import { commitTree, taskRef, treeOf } from "./task-objects.ts";
import type { Worktree } from "./worktree.ts";

/**
 * Saves everything in a worktree that no branch of the remote has, committed or not (ignored files excepted), under
 * `refs/cc-orchestrator/recovery/<task>/<n>-<runner>` in the mirror. The worktree, its index and its branch stay as they are.
 *
 * @param from.instead the ref that an earlier save of the same run made: it moves on, and no further one is made
 * @returns null when there is nothing to save
 */
export async function saveRecovery(from: {
  mirror: Mirror;
  worktree: Worktree;
  task: string;
  instead?: string | null;
}): Promise<{ ref: string; sha: string } | null> {
  const { mirror, worktree, task, instead = null } = from;
  const { sha: head } = await takeHead({ mirror, folder: worktree.folder, ref: taskRef(worktree.task, "head") });
  const { tree } = await worktree.trusted.stage(head);
  const clean = tree === (await treeOf(mirror, head));
  if (clean && (await isPublished(mirror, head))) return null;
  if (instead !== null && !instead.startsWith(recoveryPrefix(task))) {
    throw new TypeError(`Not a recovery ref of ${task}: ${instead}`);
  }
  const before = instead === null ? null : await mirror.resolve(instead);
  // A new commit of the same files would differ by its date alone.
  if (before !== null && !clean && (await isSame(mirror, before, { tree, parent: head }))) {
    return { ref: instead ?? "", sha: before };
  }
  const message = `Recovered work of ${task}\n`;
  const sha = clean ? head : await commitTree(mirror, { tree, parent: head, message, author: worktree.author });
  if (instead === null) return await keep(mirror, task, sha);
  await mirror.git(["update-ref", instead, sha]);
  return { ref: instead, sha };
}

/**
 * Puts saved work that was not committed back into a worktree that stands where it was saved, as uncommitted changes.
 * @returns whether it did: not where the tree has changes of its own or stands elsewhere
 */
export async function bringBack(worktree: Worktree, saved: { sha: string }): Promise<boolean> {
  const { mirror, trusted } = worktree;
  const head = await worktree.head();
  if ((await parentOf(mirror, saved.sha)) !== head || (await worktree.status()).length > 0) return false;
  await trusted.switchTo(head, saved.sha);
  return true;
}

/** Forgets saved work that has been published since. */
export async function dropRecovery(mirror: Mirror, ref: string): Promise<void> {
  await mirror.git(["update-ref", "-d", ref]);
}

/**
 * The same for a worktree whose own repository can no longer be read: the files on disk, on top of what was last taken
 * over from it. Commits made since are not in it, so the folder itself must be kept too.
 */
export async function saveFilesOnly(worktree: Worktree): Promise<{ ref: string; sha: string } | null> {
  const { mirror, task } = worktree;
  const parent = (await mirror.resolve(taskRef(task, "head"))) ?? worktree.baseSha;
  const { tree } = await worktree.trusted.stage(parent);
  if (tree === (await treeOf(mirror, parent))) return null;
  const message = `Recovered files of ${task}\n`;
  return await keep(mirror, task, await commitTree(mirror, { tree, parent, message, author: worktree.author }));
}

/** Saved work of a task, oldest first. */
export async function listRecovery(mirror: Mirror, task: string): Promise<{ ref: string; sha: string }[]> {
  const { stdout } = await mirror.git(["for-each-ref", "--format=%(refname) %(objectname)", recoveryPrefix(task)]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [ref = "", sha = ""] = line.split(" ");
      return { ref, sha };
    })
    .sort((one, other) => numberOf(one.ref) - numberOf(other.ref));
}

async function keep(mirror: Mirror, task: string, sha: string): Promise<{ ref: string; sha: string }> {
  for (;;) {
    const earlier = await listRecovery(mirror, task);
    const same = earlier.find((saved) => saved.sha === sha);
    if (same !== undefined) return same;
    const last = earlier.at(-1);
    const ref = `${recoveryPrefix(task)}${last === undefined ? 1 : numberOf(last.ref) + 1}-${markOf(mirror)}`;
    try {
      // Forty zeros: only if nobody else has made it meanwhile.
      await mirror.git(["update-ref", ref, sha, "0".repeat(40)]);
      return { ref, sha };
    } catch (error) {
      if (!(error instanceof GitError) || !error.stderr.includes("already exists")) throw error;
    }
  }
}

async function isSame(mirror: Mirror, sha: string, as: { tree: string; parent: string }): Promise<boolean> {
  return (await treeOf(mirror, sha)) === as.tree && (await parentOf(mirror, sha)) === as.parent;
}

/** The first parent of a commit; null when it has none, or is not there. */
export async function parentOf(mirror: Mirror, sha: string): Promise<string | null> {
  const answer = await mirror.git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${sha}^1`], {
    accept: [0, 1, 128],
  });
  return answer.code === 0 ? answer.stdout.trim() : null;
}

async function isPublished(mirror: Mirror, sha: string): Promise<boolean> {
  const answer = await mirror.git([
    "for-each-ref",
    "--count=1",
    "--format=%(refname)",
    `--contains=${sha}`,
    "refs/heads/",
  ]);
  return answer.stdout.trim() !== "";
}

/** Where a task's saved work lies. */
export function recoveryPrefix(task: string): string {
  return taskRef(task, "head").replace("/tasks/", "/recovery/").replace(/head$/, "");
}

/** Two runners count apart from each other, and push to the same repository: neither may overwrite what the other saved. */
function markOf(mirror: Mirror): string {
  return createHash("sha256").update(`${hostname()}\0${mirror.home}`).digest("hex").slice(0, 8);
}

function numberOf(ref: string): number {
  return Number.parseInt(ref.slice(ref.lastIndexOf("/") + 1), 10);
}
