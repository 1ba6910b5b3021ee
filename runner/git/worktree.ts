import type { Commit, DiffStat } from "./history.ts";
import type { Mirror } from "./mirror.ts";
import type { Author } from "./task-objects.ts";
import type { Staged, TrustedTree } from "./trusted-tree.ts";

/**
 * A task's folder:
 *
 *   tree/       the agent works here
 *   repo.git/   the task's own repository; the agent may write it
 *
 * What the runner must be able to rely on lies elsewhere: see `worktree-record.ts`.
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
   * out, an unfinished merge is concluded. Only while no instance is at work in the tree.
   *
   * @returns null when there was nothing to commit
   */
  commitLeftovers(message: string): Promise<{ sha: string; skipped: Staged["skipped"] } | null>;
  /** Puts paths back as they are at `sha` (the base unless given); what is not there is removed. */
  restoreProtected(sha: string, paths: readonly string[]): Promise<string[]>;
  /**
   * Saves unpublished work to a recovery ref, then moves the folder out of the way at once and deletes it in the
   * background. A worktree whose work cannot be saved is kept aside instead.
   *
   * @param instead the recovery ref that is to move on, when the run has made one
   */
  remove(instead?: string | null): Promise<Removal>;
};

export type StatusEntry = { path: string; kind: "changed" | "untracked" | "embedded_repository" };

/**
 * `recovery` is where unpublished work was saved, `keptAt` the folder that was kept because not all of it could be;
 * `deleted` ends when the disk space is free again and never rejects.
 */
export type Removal = { recovery: { ref: string; sha: string } | null; keptAt: string | null; deleted: Promise<void> };
