import type { Mirror } from "./mirror.ts";

export type Commit = { sha: string; subject: string; files: string[] };
export type DiffStat = { files: number; insertions: number; deletions: number };

/** What two commits or trees of the mirror differ by. */
export async function diffStatBetween(mirror: Mirror, from: string, to: string): Promise<DiffStat> {
  const { stdout } = await mirror.git(
    ["diff-tree", "-r", "-z", "--numstat", "--no-renames", "--no-ext-diff", from, to],
    {
      maxBytes: 256 << 20,
    },
  );
  const stat = { files: 0, insertions: 0, deletions: 0 };
  for (const line of stdout.split("\0")) {
    const [, added, removed] = /^(\d+|-)\t(\d+|-)\t/.exec(line) ?? [];
    if (added === undefined || removed === undefined) continue;
    stat.files += 1;
    stat.insertions += added === "-" ? 0 : Number(added);
    stat.deletions += removed === "-" ? 0 : Number(removed);
  }
  return stat;
}

/** Commits that `to` has and `from` has not, oldest first, with the paths each one changed. At most 1,000. */
export async function commitsBetween(mirror: Mirror, from: string, to: string): Promise<Commit[]> {
  const { stdout } = await mirror.git(
    [
      "log",
      "-z",
      "--reverse",
      "--topo-order",
      "--max-count=1000",
      "--no-renames",
      "--no-ext-diff",
      "--name-only",
      "--format=%x01%H%x02%s%x03",
      `${from}..${to}`,
      "--",
    ],
    { maxBytes: 256 << 20 },
  );
  return stdout
    .split("\u0001")
    .slice(1)
    .map((entry) => {
      const [head = "", names = ""] = entry.split("\u0003");
      const [sha = "", subject = ""] = head.split("\u0002");
      const files = names
        .split("\0")
        .map((name) => name.replace(/^\n+/, ""))
        .filter((name) => name !== "");
      return { sha, subject, files };
    });
}
