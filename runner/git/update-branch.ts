import type { Mirror } from "./mirror.ts";
import { type Author, commitTree, treeOf } from "./task-objects.ts";

/** How a branch comes up to date with its base, worked out in the mirror alone: nothing is checked out or moved. */
export type BranchUpdate = {
  /** The commit on which the worktree stands: the branch itself, or as much of it as could be put onto the base. */
  start: string;
  /** What the files hold then; with conflict markers where both sides changed the same. Null when it is `start`'s own. */
  tree: string | null;
  /** The second parent of the commit that concludes it. */
  merged: string | null;
  /** Paths that hold markers, or that one side has deleted. */
  conflicts: string[];
  message: string;
};

/**
 * Merges the base into the branch. Nothing is left to do when the branch contains it already.
 * @param names as people call the two branches
 */
export async function planMerge(
  mirror: Mirror,
  of: { head: string; base: string; names: { branch: string; base: string } },
): Promise<BranchUpdate> {
  const { head, base, names } = of;
  const message = `Merge ${names.base} into ${names.branch}`;
  if (await mirror.contains(head, base)) return { start: head, tree: null, merged: null, conflicts: [], message };
  const { tree, conflicts } = await mergeTrees(mirror, head, base);
  return { start: head, tree, merged: base, conflicts, message };
}

/**
 * Puts the branch's commits onto the base, one by one. From the first that conflicts on, all the rest becomes one commit:
 * so every conflict is resolved once, and no half-way state of somebody's work has to be made up.
 */
export async function planRebase(
  mirror: Mirror,
  of: { head: string; base: string; author: Author },
): Promise<BranchUpdate> {
  const { head, base, author } = of;
  const nothing = { tree: null, merged: null, conflicts: [], message: "" };
  if (await mirror.contains(head, base)) return { start: head, ...nothing };
  const fork = await mergeBase(mirror, head, base);
  const commits = fork === null ? [] : await linear(mirror, fork, head);
  let start = base;
  let done = fork;
  for (const commit of commits) {
    const step = await mergeFrom(mirror, { fork: `${commit.sha}^`, ours: start, theirs: commit.sha, author });
    if (step.conflicts.length > 0) break;
    if (step.tree !== (await treeOf(mirror, start))) {
      start = await commitTree(mirror, {
        tree: step.tree,
        parent: start,
        message: commit.message,
        author: commit.author,
      });
    }
    done = commit.sha;
  }
  if (done === head) return { start, ...nothing };
  const rest = await mergeFrom(mirror, { fork: done, ours: start, theirs: head, author });
  const left = commits.slice(commits.findIndex(({ sha }) => sha === done) + 1);
  return { start, ...rest, merged: null, message: left.map(({ message }) => message.trim()).join("\n\n") || "Rebase" };
}

/** The commit at which two histories part; null when they have nothing in common. */
export async function mergeBase(mirror: Mirror, a: string, b: string): Promise<string | null> {
  const answer = await mirror.git(["merge-base", a, b], { accept: [0, 1] });
  return answer.stdout.trim().split("\n")[0] || null;
}

type Commit = { sha: string; author: Author; message: string };

/** The commits since the fork, oldest first; none where there are merges among them, which cannot be put in a row. */
async function linear(mirror: Mirror, fork: string, head: string): Promise<Commit[]> {
  const merges = await mirror.git(["rev-list", "--count", "--min-parents=2", `${fork}..${head}`]);
  if (merges.stdout.trim() !== "0") return [];
  const { stdout } = await mirror.git(["log", "--reverse", "-z", "--format=%H%n%an%n%ae%n%B", `${fork}..${head}`]);
  return stdout
    .split("\0")
    .filter((entry) => entry.trim() !== "")
    .map((entry) => {
      const [sha = "", name = "", email = "", ...message] = entry.trimStart().split("\n");
      return { sha, author: { name: name || "unknown", email }, message: message.join("\n") };
    });
}

/** `git merge-tree` takes a fork of one's own from git 2.40 on; commits made up for it do the same before. */
async function mergeFrom(
  mirror: Mirror,
  of: { fork: string | null; ours: string; theirs: string; author: Author },
): Promise<{ tree: string; conflicts: string[] }> {
  const root = of.fork === null ? null : await orphan(mirror, await treeOf(mirror, of.fork), of.author);
  if (root === null) return await mergeTrees(mirror, of.ours, of.theirs);
  const side = async (sha: string) =>
    commitTree(mirror, { tree: await treeOf(mirror, sha), parent: root, message: "side", author: of.author });
  return await mergeTrees(mirror, await side(of.ours), await side(of.theirs));
}

async function orphan(mirror: Mirror, tree: string, { name, email }: Author): Promise<string> {
  const who = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  return (await mirror.git(["commit-tree", tree, "-F", "-"], { input: "fork", environment: who })).stdout.trim();
}

async function mergeTrees(
  mirror: Mirror,
  ours: string,
  theirs: string,
): Promise<{ tree: string; conflicts: string[] }> {
  const answer = await mirror.git(
    ["merge-tree", "--write-tree", "--allow-unrelated-histories", "--name-only", "--no-messages", "-z", ours, theirs],
    { accept: [0, 1], timeoutMs: 600_000 },
  );
  const [tree = "", ...names] = answer.stdout.split("\0").map((part) => part.trim());
  return { tree, conflicts: answer.code === 0 ? [] : [...new Set(names.filter((name) => name !== ""))] };
}
