import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemsIn } from "#runner/run/problems.ts";

let worktree: string;
beforeAll(() => {
  worktree = mkdtempSync(join(tmpdir(), "cc-problems-"));
  const files = ["src/a.ts", "src/b.test.ts", "tests/test_a.py", "pkg/a.go", "src/main.rs", "src/with space.ts"];
  for (const file of [...files, ".git/config.x", "node_modules/x/index.js"]) {
    mkdirSync(dirname(join(worktree, file)), { recursive: true });
    writeFileSync(join(worktree, file), "x\n");
  }
  symlinkSync("/etc/hosts.conf", join(worktree, "src/link.ts"));
});
afterAll(() => rmSync(worktree, { recursive: true, force: true }));

const table: [string, string, [string, number, number | undefined, string][]][] = [
  [
    "tsc",
    "src/a.ts(12,5): error TS2322: Type 'string' is not assignable.",
    [["src/a.ts", 12, 5, "error TS2322: Type 'string' is not assignable."]],
  ],
  [
    "tsc --pretty, in colours",
    "\u001b[96msrc/a.ts\u001b[0m:\u001b[93m12\u001b[0m:\u001b[93m5\u001b[0m - \u001b[91merror\u001b[0m TS2322: No.",
    [["src/a.ts", 12, 5, "error TS2322: No."]],
  ],
  [
    "eslint",
    "/WORKTREE/src/a.ts\n  3:7   error    'x' is never used  no-unused-vars\n  9:1   warning  Too long  max-len\n\n✖ 2 problems",
    [
      ["src/a.ts", 3, 7, "'x' is never used  no-unused-vars"],
      ["src/a.ts", 9, 1, "Too long  max-len"],
    ],
  ],
  ["biome", "./src/a.ts:12:5 lint/style/useConst ━━━━━", [["src/a.ts", 12, 5, "lint/style/useConst ━━━━━"]]],
  [
    "pytest",
    "    def test_a():\n>       assert f(1) == 2\nE       AssertionError: assert 3 == 2\n\ntests/test_a.py:14: AssertionError",
    [["tests/test_a.py", 14, undefined, "AssertionError"]],
  ],
  ["go vet", "pkg/a.go:7:2: x declared and not used", [["pkg/a.go", 7, 2, "x declared and not used"]]],
  [
    "go test",
    "--- FAIL: TestA (0.00s)\n    pkg/a.go:21: got 3, want 2",
    [["pkg/a.go", 21, undefined, "got 3, want 2"]],
  ],
  [
    "rustc",
    "error[E0308]: mismatched types\n  --> src/main.rs:4:18\n   |",
    [["src/main.rs", 4, 18, "error[E0308]: mismatched types"]],
  ],
  [
    "vitest",
    "AssertionError: expected 'Hi' to be 'Hello'\n ❯ src/b.test.ts:12:24\n ❯ src/a.ts:3:1",
    [
      ["src/b.test.ts", 12, 24, "AssertionError: expected 'Hi' to be 'Hello'"],
      ["src/a.ts", 3, 1, "AssertionError: expected 'Hi' to be 'Hello'"],
    ],
  ],
  [
    "jest",
    "  ● greets\n    at Object.<anonymous> (src/b.test.ts:12:24)\n    at run (node_modules/x/index.js:1:1)",
    [["src/b.test.ts", 12, 24, "● greets"]],
  ],
  ["node", "Error: boom\n    at file:///WORKTREE/src/a.ts:5:9", [["src/a.ts", 5, 9, "Error: boom"]]],
  ["the same line twice", "src/a.ts:1:1: one\nsrc/a.ts:1:9: two", [["src/a.ts", 1, 1, "one"]]],
  ["no file of ours", "lib/none.ts:1:1: x\n../a.ts:1:1: x\n/etc/hosts.conf:1:1: x\nsrc/link.ts:1:1: x", []],
  ["git's own folder and packages", ".git/config.x:1:1: x\nnode_modules/x/index.js:1:1: x", []],
  ["line 0", "src/a.ts:0:0: x", []],
  ["prose and times", "It took 12:34:56 at example.com:443, see http://x.test:80/a.ts:1", []],
];

describe("the places that a failed command names", () => {
  test.each(table)("%s", (_tool, output, expected) => {
    const found = problemsIn(output.replaceAll("/WORKTREE", worktree), worktree);
    expect(found.map(({ path, line, column, message }) => [path, line, column, message])).toEqual(expected);
  });

  test("are at most fifty, with short messages, and no output takes long", () => {
    const many = Array.from({ length: 200 }, (_, line) => `src/a.ts:${line + 1}:1: ${"x".repeat(2_000)}`).join("\n");
    expect(problemsIn(many, worktree)).toHaveLength(50);
    expect(problemsIn(many, worktree)[0]?.message.length).toBeLessThanOrEqual(500);
    for (const nasty of [
      "a/".repeat(30_000),
      "a.b:".repeat(15_000),
      "at ((((".repeat(9_000),
      `${"a/".repeat(400)}\n`.repeat(80),
    ]) {
      const before = performance.now();
      problemsIn(nasty, worktree);
      expect(performance.now() - before).toBeLessThan(1_000);
    }
  });
});
