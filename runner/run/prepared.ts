import type { Worktree } from "#runner/git/worktree.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";

/** A worktree to work in, and the branch on its way to the remote meanwhile. */
export type Prepared = {
  worktree: Worktree;
  /** Settles when the branch stands on the remote; a failure also stops the run. */
  begun: Promise<void>;
  /** The instance that was started meanwhile; null where there was one before, or none yet. */
  early: { terminal: Promise<Terminal> } | null;
};
