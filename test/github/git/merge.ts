import type { BareRepository, GitAuthor } from "./bare.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

/**
 * Makes the commit that joins `head` into `base`, without moving any branch. Answers its id, or null when they conflict.
 * A rebase whose branch is already on top of its base answers the head itself; otherwise it is done as a squash would.
 */
export async function mergeCommit(
  git: BareRepository,
  given: {
    method: MergeMethod;
    base: string;
    head: string;
    author: { login: string; email: string };
    at: Date;
    title: string;
    message: string;
  },
): Promise<string | null> {
  if (given.method === "rebase" && (await git.isAncestor(given.base, given.head))) return given.head;
  const merged = await git.attempt(["merge-tree", "--write-tree", given.base, given.head]);
  if (merged.code !== 0) return null;
  const tree = merged.stdout.split("\n")[0] ?? "";
  const parents = given.method === "merge" ? [given.base, given.head] : [given.base];
  const text = `${given.title}\n\n${given.message}`;
  const author: GitAuthor = { name: given.author.login, email: given.author.email };
  const made = await git.run(["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"], text, {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: "GitHub",
    GIT_COMMITTER_EMAIL: "noreply@github.com",
    GIT_AUTHOR_DATE: given.at.toISOString(),
    GIT_COMMITTER_DATE: given.at.toISOString(),
  });
  return made.trim();
}
