import type { PullStats } from "../state/nouns.ts";
import type { BareRepository } from "./bare.ts";

export interface GitPerson {
  name: string;
  email: string;
  date: Date;
}

export interface GitCommit {
  sha: string;
  tree: string;
  parents: string[];
  author: GitPerson;
  committer: GitPerson;
  message: string;
}

export interface FileChange {
  path: string;
  previousPath: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  blob: string;
  additions: number;
  deletions: number;
  /** The hunks, without git's header lines; null for binary files. */
  patch: string | null;
}

const format = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x00%x01";

function parseCommit(record: string): GitCommit {
  const [sha = "", tree = "", parents = "", an = "", ae = "", ad = "", cn = "", ce = "", cd = "", message = ""] = record
    .replace(/^\n/, "")
    .split("\0");
  return {
    sha,
    tree,
    parents: parents === "" ? [] : parents.split(" "),
    author: { name: an, email: ae, date: new Date(ad) },
    committer: { name: cn, email: ce, date: new Date(cd) },
    message: message.replace(/\n+$/, ""),
  };
}

/** Commits that `range` (git's own words, such as `a..b`) reaches, newest first. */
export async function log(git: BareRepository, range: readonly string[], limit = 250): Promise<GitCommit[]> {
  const text = await git.run(["log", `--format=${format}`, `--max-count=${limit}`, ...range, "--"]);
  return text
    .split("\u0001")
    .filter((record) => record.trim() !== "")
    .map(parseCommit);
}

export interface NamedChange {
  path: string;
  status: FileChange["status"];
}

/** Commits with the names of what each changed, newest first. */
export async function logWithNames(
  git: BareRepository,
  range: readonly string[],
  limit: number,
): Promise<{ commit: GitCommit; files: NamedChange[] }[]> {
  const options = ["-z", "--name-status", "--no-renames", `--max-count=${limit}`];
  const text = await git.run(["log", `--format=%x02${format}`, ...options, ...range, "--"]);
  return text
    .split("\u0002")
    .slice(1)
    .map((part) => {
      const [record = "", names = ""] = part.split("\u0001");
      const fields = names.split("\0").filter((field) => field.trim() !== "");
      const files: NamedChange[] = [];
      for (let at = 0; at + 1 < fields.length; at += 2) {
        files.push({ status: words[(fields[at] ?? "").trim()] ?? "changed", path: fields[at + 1] ?? "" });
      }
      return { commit: parseCommit(record), files };
    });
}

export async function commit(git: BareRepository, sha: string): Promise<GitCommit | null> {
  const [first] = await log(git, [sha], 1);
  return first ?? null;
}

export async function mergeBase(git: BareRepository, a: string, b: string): Promise<string | null> {
  const result = await git.attempt(["merge-base", a, b]);
  return result.code === 0 ? result.stdout.trim() : null;
}

const words: Record<string, FileChange["status"]> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** What changed from one commit (`null`: from nothing) to another, with patches. */
export async function changes(git: BareRepository, from: string | null, to: string): Promise<FileChange[]> {
  const pair = [from ?? emptyTree, to];
  const options = ["-M", "--no-color", "--no-ext-diff"];
  const [raw, counts, patches] = await Promise.all([
    git.run(["diff-tree", "-r", "-z", "--raw", "--no-abbrev", ...options, ...pair]),
    git.run(["diff-tree", "-r", "--numstat", "-z", ...options, ...pair]),
    git.run(["diff-tree", "-r", "-p", ...options, ...pair]),
  ]);
  const numbers = parseCounts(counts);
  const texts = patches.split(/^(?=diff --git )/m).filter((text) => text.startsWith("diff --git "));
  const fields = raw.split("\0");
  const files: FileChange[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [, , , blob = "", word = "M"] = (fields[at] ?? "").split(" ");
    const renamed = word.startsWith("R") || word.startsWith("C");
    const path = fields[at + (renamed ? 2 : 1)] ?? "";
    const text = texts[files.length] ?? "";
    const hunks = text.indexOf("\n@@");
    files.push({
      path,
      previousPath: renamed ? (fields[at + 1] ?? null) : null,
      status: words[word.charAt(0)] ?? "changed",
      blob,
      additions: numbers[files.length]?.[0] ?? 0,
      deletions: numbers[files.length]?.[1] ?? 0,
      patch: hunks < 0 ? null : text.slice(hunks + 1).replace(/\n$/, ""),
    });
    at += renamed ? 3 : 2;
  }
  return files;
}

/** `--numstat -z`: "ADDED TAB REMOVED TAB path NUL", and for renames "… TAB NUL from NUL to NUL". */
function parseCounts(text: string): [number, number][] {
  const fields = text.split("\0");
  const counts: [number, number][] = [];
  for (let at = 0; at < fields.length; at += 1) {
    const match = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(fields[at] ?? "");
    if (!match) continue;
    counts.push([Number(match[1]) || 0, Number(match[2]) || 0]);
    if (match[3] === "") at += 2;
  }
  return counts;
}

/** What GitHub counts about a pull request: against the merge base, as its pages do. */
export async function pullStats(git: BareRepository, base: string, head: string): Promise<PullStats> {
  const [summary, count, merge] = await Promise.all([
    git.run(["diff", "--shortstat", "-M", `${base}...${head}`]),
    git.run(["rev-list", "--count", `${base}..${head}`]),
    git.attempt(["merge-tree", "--write-tree", base, head]),
  ]);
  const counted = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);
  return {
    commits: Number(count),
    additions: counted("insertion"),
    deletions: counted("deletion"),
    changedFiles: counted("file"),
    mergeable: merge.code === 0,
  };
}
