import { gitReader } from "./git.ts";
import type { Mirror } from "./mirror.ts";

export type Commit = { sha: string; subject: string; files: string[] };
export type DiffStat = { files: number; insertions: number; deletions: number };

const plainDiff = ["--no-ext-diff", "--no-textconv", "--no-renames"];

/** What two commits or trees of the mirror differ by. Binary files count as files, with no lines. */
export async function diffStatBetween(mirror: Mirror, from: string, to: string): Promise<DiffStat> {
  const { changed, insertions, deletions } = await gitReader(mirror.path).diffSummary([...plainDiff, from, to, "--"]);
  return { files: changed, insertions, deletions };
}

/**
 * Commits that `to` has and `from` has not, oldest first, with the paths each one changed; the newest 1,000. A path
 * with quotes or control characters in it is quoted, as git shows it.
 */
export async function commitsBetween(mirror: Mirror, from: string, to: string): Promise<Commit[]> {
  const { all } = await gitReader(mirror.path).log({
    format: { sha: "%H", subject: "%s" },
    from,
    to,
    symmetric: false,
    maxCount: 1_000,
    "--topo-order": null,
    "--name-only": null,
    "--no-ext-diff": null,
    "--no-renames": null,
  });
  return all
    .map(({ sha, subject, diff }) => ({ sha, subject, files: (diff?.files ?? []).map(({ file }) => file) }))
    .reverse();
}
