import { join } from "node:path";
import { GitError, git } from "#runner/git/git.ts";
import { mirrorsIn } from "#runner/git/mirrors-on-disk.ts";
import { namesIn } from "#runner/names-in.ts";

/** Work of a task that was saved when it could not be published. */
export type SavedWork = {
  ref: string;
  sha: string;
  /** ISO 8601; null where only the commit's id is known yet. */
  savedAt: string | null;
  /** The commit's first line; null where only its id is known yet. */
  subject: string | null;
  /** `owner/name` */
  repository: string;
  /** What git fetches it from: a folder of this machine, or the name of the checkout's remote. */
  from: string;
};

const format = "--format=%(refname)%09%(objectname)%09%(committerdate:iso-strict)%09%(contents:subject)";

/** What the mirrors of these runners' folders hold of a task's saved work, oldest first. Nothing is asked of the network. */
export async function savedInMirrors(homes: readonly string[], task: string): Promise<SavedWork[]> {
  const found: SavedWork[] = [];
  for (const home of homes) {
    for (const mirror of await mirrorsIn(home)) found.push(...(await savedIn(mirror, task)));
  }
  return found.sort(byAge);
}

/** Worktrees of a task that were kept whole because their work could not be saved. */
export async function keptFolders(homes: readonly string[], task: string): Promise<string[]> {
  const found = await Promise.all(
    homes.map(async (home) => {
      const bin = join(home, "kept");
      return (await namesIn(bin)).filter((name) => name.startsWith(`${task}-`)).map((name) => join(bin, name));
    }),
  );
  return found.flat().sort();
}

/** Where the saved work of a task lies, in a mirror and on the remote alike. @param task as `TASK-12` */
export function savedPrefix(task: string): string {
  if (!/^TASK-[1-9]\d{0,14}$/.test(task)) throw new TypeError(`Not a task's name: ${task.slice(0, 100)}`);
  return `refs/cc-orchestrator/recovery/${task}/`;
}

/** @param row as `git for-each-ref` gives it with our format */
export function parseSaved(row: string, of: { repository: string; from: string }): SavedWork | null {
  const [ref, sha, savedAt, ...subject] = row.split("\t");
  if (ref === undefined || sha === undefined || !/^[0-9a-f]{40}$/.test(sha)) return null;
  return { ref, sha, savedAt: savedAt || null, subject: subject.join("\t") || null, ...of };
}

export function byAge(one: SavedWork, other: SavedWork): number {
  return (
    (one.savedAt ?? "").localeCompare(other.savedAt ?? "") || one.ref.localeCompare(other.ref, "en", { numeric: true })
  );
}

async function savedIn(mirror: { path: string; repository: string }, task: string): Promise<SavedWork[]> {
  try {
    const { stdout } = await git(["for-each-ref", format, savedPrefix(task)], { gitDir: mirror.path });
    return stdout
      .split("\n")
      .map((row) => parseSaved(row, { repository: mirror.repository, from: mirror.path }))
      .filter((one) => one !== null);
  } catch (error) {
    // A mirror that cannot be read hides no other one's work.
    if (error instanceof GitError) return [];
    throw error;
  }
}
