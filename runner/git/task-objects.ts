import type { Mirror } from "./mirror.ts";

/** What a task leaves in the mirror: refs and commits. */
export type Author = { name: string; email: string };

/** The mirror's ref for a task's starting point or for what was last taken over from it. @throws TypeError */
export function taskRef(task: string, name: "base" | "head"): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,80}$/.test(task)) throw new TypeError(`Not a task's name: ${task.slice(0, 100)}`);
  return `refs/cc-orchestrator/tasks/${task}/${name}`;
}

/** A commit made of objects alone: no worktree, no index, no hook. */
export async function commitTree(
  mirror: Mirror,
  of: { tree: string; parent: string; merged?: string | null; message: string; author: Author },
): Promise<string> {
  const answer = await mirror.git(
    ["commit-tree", of.tree, "-p", of.parent, ...(of.merged ? ["-p", of.merged] : []), "-F", "-"],
    {
      input: of.message,
      environment: {
        GIT_AUTHOR_NAME: of.author.name,
        GIT_AUTHOR_EMAIL: of.author.email,
        GIT_COMMITTER_NAME: of.author.name,
        GIT_COMMITTER_EMAIL: of.author.email,
      },
    },
  );
  return answer.stdout.trim();
}

export async function treeOf(mirror: Mirror, sha: string): Promise<string> {
  return (await mirror.git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${sha}^{tree}`])).stdout.trim();
}
