/** A line of a patch with its numbers before and after; null where it has none there. */
export type DiffLine = {
  kind: "hunk" | "same" | "added" | "removed" | "note";
  before: number | null;
  after: number | null;
  text: string;
};

/** Reads hunks in the unified format (https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html). */
export function linesOf(patch: string): DiffLine[] {
  let [before, after] = [0, 0];
  return patch.split("\n").map((text): DiffLine => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk !== null) {
      [before, after] = [Number(hunk[1]), Number(hunk[2])];
      return { kind: "hunk", before: null, after: null, text };
    }
    const rest = text.slice(1);
    if (text.startsWith("+")) return { kind: "added", before: null, after: after++, text: rest };
    if (text.startsWith("-")) return { kind: "removed", before: before++, after: null, text: rest };
    if (text.startsWith("\\")) return { kind: "note", before: null, after: null, text: rest.trim() };
    return { kind: "same", before: before++, after: after++, text: rest };
  });
}

export type Branch<F> = { name: string; path: string; folders: Branch<F>[]; files: { name: string; file: F }[] };

/** Files as a tree; folders that hold nothing but one folder are one with it. */
export function treeOf<F extends { path: string }>(files: readonly F[]): Branch<F> {
  const root: Branch<F> = { name: "", path: "", folders: [], files: [] };
  for (const file of files) {
    const parts = file.path.split("/");
    const name = parts.pop() ?? file.path;
    let at = root;
    for (const part of parts) {
      let next = at.folders.find((folder) => folder.name === part);
      if (next === undefined) {
        next = { name: part, path: at.path === "" ? part : `${at.path}/${part}`, folders: [], files: [] };
        at.folders.push(next);
      }
      at = next;
    }
    at.files.push({ name, file });
  }
  return joined(root);
}

function joined<F>(branch: Branch<F>): Branch<F> {
  const folders = branch.folders.map((folder) => {
    const inner = joined(folder);
    const [only] = inner.folders;
    if (only === undefined || inner.folders.length > 1 || inner.files.length > 0) return inner;
    return { ...only, name: `${inner.name}/${only.name}` };
  });
  return { ...branch, folders };
}
