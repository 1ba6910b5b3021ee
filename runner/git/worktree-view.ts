import { join } from "node:path";
import { commitsBetween, diffStatBetween } from "./history.ts";
import { type ImportedBranch, takeHead } from "./import-branch.ts";
import { inTurn } from "./in-turn.ts";
import type { Mirror } from "./mirror.ts";
import { removeWorktree } from "./remove-worktree.ts";
import { restoreProtected } from "./restore-protected.ts";
import { commitTree, taskRef, treeOf } from "./task-objects.ts";
import {
  endMerge,
  headOf,
  mergeHeadOf,
  moveHead,
  replaceIndex,
  repositoryFolder,
  treeFolder,
} from "./task-repository.ts";
import { trustedTree } from "./trusted-tree.ts";
import type { Worktree } from "./worktree.ts";
import type { Written } from "./worktree-record.ts";

/** GitHub refuses larger files, and with them the whole push. */
const largestBytes = 100 * 1024 * 1024;

/** The verbs of a worktree. Nothing is read before one of them is called. */
export function viewOf(of: { mirror: Mirror; folder: string } & Written): Worktree {
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
      const merging = await mergeHeadOf(folder);
      // A merge of something that only the task's repository has is no merge for anybody else.
      const merged = merging === null ? null : await mirror.resolve(merging);
      if (merged === null && tree === (await treeOf(mirror, sha))) return null;
      const commit = await commitTree(mirror, { tree, parent: sha, merged, message, author });
      await mirror.git(["update-ref", taskRef(task, "head"), commit]);
      await trusted.changes(commit);
      await moveHead(folder, place, commit);
      await replaceIndex(folder, trusted.indexFile);
      if (merging !== null) await endMerge(folder);
      return { sha: commit, skipped };
    },
    restoreProtected: (sha, paths) => restoreProtected({ worktree, sha, paths }),
    remove: (instead) => inTurn(folder, () => removeWorktree(worktree, instead)),
  };
  return worktree;
}
