import { makeWorktree } from "#runner/git/make-worktree.ts";
import { openMirror } from "#runner/git/mirror.ts";

/** What a second runner process on the same home is told to do. */
export type Errand = {
  at: { home: string; repository: string; url: string };
  token: string;
  /** Null: only fetch. */
  worktree: {
    task: string;
    folder: string;
    branch: string;
    baseSha: string;
    author: { name: string; email: string };
  } | null;
};

process.once("message", async ({ at, token, worktree }: Errand) => {
  const mirror = openMirror(at);
  process.send?.("begun");
  await mirror.fetch({ username: "x-access-token", password: () => token });
  if (worktree !== null) await makeWorktree({ mirror, ...worktree });
  process.disconnect();
});
