import { expect, it } from "vitest";
import { parseGitDiff } from "#domain/git-diff.ts";
import { renderRemarks } from "#domain/remarks.ts";
import { linesOf, treeOf } from "../../dashboard/domain/diff.ts";

it("a patch's lines have the numbers that they had and have", () => {
  const lines = linesOf("@@ -1,3 +1,3 @@ x\n a\n-b\n+c\n d\n\\ No newline at end of file");
  expect(lines.map(({ kind, before, after }) => [kind, before, after])).toEqual([
    ["hunk", null, null],
    ["same", 1, 1],
    ["removed", 2, null],
    ["added", null, 2],
    ["same", 3, 3],
    ["note", null, null],
  ]);
});

it("files stand in a tree whose lonely folders are one", () => {
  const tree = treeOf([{ path: "a/b/c.ts" }, { path: "a/b/d.ts" }, { path: "e.ts" }]);
  expect(tree.folders.map(({ name, files }) => [name, files.map((file) => file.name)])).toEqual([
    ["a/b", ["c.ts", "d.ts"]],
  ]);
  expect(tree.files.map(({ name }) => name)).toEqual(["e.ts"]);
});

it("what git prints is read file by file: new, gone, moved and binary ones", () => {
  const text = [
    "diff --git a/a.ts b/a.ts\nindex 1..2 100644\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1,2 @@\n-x\n+y\n+--- z\n",
    "diff --git a/new.ts b/new.ts\nnew file mode 100644\n--- /dev/null\n+++ b/new.ts\n@@ -0,0 +1 @@\n+x\n",
    "diff --git a/old.ts b/old.ts\ndeleted file mode 100644\n--- a/old.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
    "diff --git a/p q.ts b/r.ts\nsimilarity index 100%\nrename from p q.ts\nrename to r.ts\n",
    "diff --git a/logo.png b/logo.png\nnew file mode 100644\nBinary files /dev/null and b/logo.png differ\n",
  ].join("");
  expect(
    parseGitDiff(text).map(({ path, state, insertions, deletions }) => [path, state, insertions, deletions]),
  ).toEqual([
    ["a.ts", "modified", 2, 1],
    ["new.ts", "added", 1, 0],
    ["old.ts", "removed", 0, 1],
    ["r.ts", "renamed", 0, 0],
    ["logo.png", "added", 0, 0],
  ]);
});

it("remarks become one message, by file and line", () => {
  const text = renderRemarks([
    { path: "b.ts", line: 9, quote: "  const a = `x`;", text: "Why?" },
    { path: "a.ts", line: 0, quote: "", text: "Split it." },
    { path: "b.ts", line: 2, quote: "import x", text: "Needed?" },
  ]);
  expect(text).toBe(
    "Please look at these remarks on your changes:\n\n### a.ts\n\nThe whole file\nSplit it.\n\n### b.ts\n\nLine 2: `import x`\nNeeded?\n\nLine 9: `const a = 'x';`\nWhy?",
  );
});
