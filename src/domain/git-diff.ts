import type { DiffFile } from "#protocol/diff.ts";

const mostPatch = 200_000;

/** What `git diff --no-color` printed, by file (https://git-scm.com/docs/diff-format#generate_patch_text_with_p). */
export function parseGitDiff(text: string): DiffFile[] {
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map(fileOf);
}

function fileOf(part: string): DiffFile {
  const at = part.search(/^@@ /m);
  const head = at < 0 ? part : part.slice(0, at);
  const patch = at < 0 ? null : part.slice(at).trimEnd();
  const named = (pattern: RegExp) => unquoted(pattern.exec(head)?.[1] ?? null);
  const after = named(/^\+\+\+ (?:"?b\/)?(.+?)"?$/m);
  const before = named(/^--- (?:"?a\/)?(.+?)"?$/m);
  const [from, to] = [named(/^rename from (.+)$/m), named(/^rename to (.+)$/m)];
  const path =
    to ?? (after === "/dev/null" || after === null ? before : after) ?? named(/^diff --git a\/.+ b\/(.+)$/m) ?? "";
  const state =
    from !== null
      ? "renamed"
      : /^new file/m.test(head)
        ? "added"
        : /^deleted file/m.test(head)
          ? "removed"
          : "modified";
  const lines = patch === null ? [] : patch.split("\n");
  return {
    path,
    before: from,
    state,
    insertions: lines.filter((line) => line.startsWith("+")).length,
    deletions: lines.filter((line) => line.startsWith("-")).length,
    patch: patch === null || patch.length > mostPatch ? null : patch,
  };
}

/** git quotes a name that has letters of its own meaning; those are shown as git writes them. */
function unquoted(name: string | null): string | null {
  return name === null ? null : name.replace(/^"|"$/g, "");
}
