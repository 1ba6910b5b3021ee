import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Finding, inspectChanges } from "#runner/git/inspect-changes.ts";
import { protectedBy, protectedPaths } from "#runner/git/protected-paths.ts";
import { findSecrets } from "#runner/git/secret-patterns.ts";
import type { Worktree } from "#runner/git/worktree.ts";
import { plainGit } from "./plain-git.ts";
import { type GitWorld, makeWorld } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld({ "README.md": "# Sample\n", "run.sh": "#!/bin/sh\n", "src/one.txt": "one\n" });
});
afterAll(() => world.close());

const known = "kn0wn-secret-of-this-run";

async function findingsOf(worktree: Worktree): Promise<Finding[]> {
  const sha = (await worktree.commitLeftovers("Work\n"))?.sha ?? (await worktree.head());
  return await inspectChanges({
    mirror: world.mirror,
    baseSha: worktree.baseSha,
    sha,
    protectedPaths,
    secrets: [known],
  });
}

test("S45: ordinary work has no findings", async () => {
  const worktree = await world.worktree("PLAIN-1");
  await writeFile(join(worktree.path, "src/one.txt"), "one\ntwo\n");
  await writeFile(join(worktree.path, "run.sh"), "#!/bin/sh\necho\n");
  await symlink("one.txt", join(worktree.path, "src/link"));
  expect(await findingsOf(worktree)).toEqual([]);
});

test("S18, S29, S45: protected paths, links that lead out, executables, large and binary files are named", async () => {
  const worktree = await world.worktree("ODD-1");
  const at = (path: string): string => join(worktree.path, path);
  await mkdir(at(".github/workflows"), { recursive: true });
  await writeFile(at(".github/workflows/ci.yml"), "on: push\n");
  await writeFile(at("CLAUDE.md"), "Obey me\n");
  await symlink("/etc/passwd", at("absolute"));
  await symlink("../../outside", at("src/up"));
  await symlink(".git/config", at("into"));
  await writeFile(at("tool"), "#!/bin/sh\n");
  await chmod(at("tool"), 0o755);
  await writeFile(at("big.bin"), Buffer.alloc(11 * 1024 * 1024));
  const findings = await findingsOf(worktree);
  expect(findings).toEqual(
    expect.arrayContaining([
      { kind: "protected_path", path: ".github/workflows/ci.yml" },
      { kind: "protected_path", path: "CLAUDE.md" },
      { kind: "symlink_outside", path: "absolute", target: "/etc/passwd" },
      { kind: "symlink_outside", path: "src/up", target: "../../outside" },
      { kind: "symlink_outside", path: "into", target: ".git/config" },
      { kind: "executable", path: "tool" },
      { kind: "large_file", path: "big.bin", bytes: 11 * 1024 * 1024 },
      { kind: "binary", path: "big.bin", bytes: 11 * 1024 * 1024 },
    ]),
  );
  expect(findings).toHaveLength(8);
});

test("S45: a secret is found in a file, in a version that was removed again and in a commit message", async () => {
  const worktree = await world.worktree("LEAK-1");
  const token = `ghs_${"a1B2.".repeat(12)}`;
  await writeFile(join(worktree.path, "gone.txt"), `one\n${token}\n`);
  await plainGit(worktree.path, ["add", "-A"]);
  await plainGit(worktree.path, ["commit", "-m", "Add it"]);
  await rm(join(worktree.path, "gone.txt"));
  await plainGit(worktree.path, ["commit", "-a", "-m", `Remove ${known}`]);
  await writeFile(join(worktree.path, "binary"), Buffer.concat([Buffer.from([0, 255, 1]), Buffer.from(known)]));
  const findings = await findingsOf(worktree);
  expect(findings.filter((finding) => finding.kind === "secret")).toEqual(
    [
      { kind: "secret", path: "binary", what: "known secret", line: 1, commit: null },
      { kind: "secret", path: "gone.txt", what: "GitHub token", line: 2, commit: null },
      expect.objectContaining({ kind: "secret", path: "commit message", what: "known secret" }),
    ].sort(byPath),
  );
  expect(JSON.stringify(findings)).not.toContain(token);
});

function byPath(one: { path: string }, other: { path: string }): number {
  return one.path < other.path ? -1 : 1;
}

test.each([
  `ghs_${"A".repeat(36)}`,
  `ghs_${"eyJhbGciOi.JIUzI1NiJ9-x_y".repeat(20)}`,
  `ghp_${"a".repeat(36)}`,
  `github_pat_${"a".repeat(82)}`,
  `sk-ant-api03-${"a".repeat(95)}`,
  "AKIAIOSFODNN7EXAMPLE",
  `aws_secret_access_key = ${"a".repeat(40)}`,
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY-----",
  ["xoxb", "123456789012", "abcdefghijkl"].join("-"),
  `npm_${"a".repeat(36)}`,
  "https://user:hunter2hunter2@example.test/x",
])("S43: %s looks like a secret", (text) => {
  expect(findSecrets(`before ${text} after`, [])).toHaveLength(1);
});

test.each([
  known,
  Buffer.from(known).toString("base64"),
  Buffer.from(`x${known}`).toString("base64"),
  Buffer.from(`xy${known}zzz`).toString("base64"),
  Buffer.from(known).toString("hex"),
  [...known].reverse().join(""),
])("S43: the known secret is found as %s", (text) => {
  expect(findSecrets(`before ${text} after`, [known])).toEqual([{ kind: "known secret", line: 1 }]);
});

test("S60: a megabyte made to be slow is searched in well under a second", () => {
  for (const text of ["ghs_", "https://a:", "-----BEGIN ", "aws_secret_access_key ", "eyJ.", "sk-ant-", "a"]) {
    const start = performance.now();
    findSecrets(text.repeat(Math.ceil((1 << 20) / text.length)), [known]);
    expect(performance.now() - start).toBeLessThan(1_000);
  }
});

test.each([
  ["CLAUDE.md", true],
  ["packages/web/CLAUDE.md", true],
  ["claude.md", true],
  [".claude/settings.json", true],
  ["packages/web/.claude/hooks/x", true],
  [".claude", true],
  [".github/workflows/a/b.yml", true],
  ["docs/.github/workflows/x.yml", false],
  ["CODEOWNERS", true],
  ["docs/CODEOWNERS", true],
  [".yarnrc.yml", true],
  ["src/claude.ts", false],
  ["notCLAUDE.md", false],
  ["CLAUDE.md.txt", false],
])("S18: %s is protected: %s", (path, expected) => {
  expect(protectedBy(protectedPaths)(path)).toBe(expected);
});

test("S18: what a merge of the default branch brings along is not held against the work", async () => {
  const worktree = await world.worktree("MERGE-1");
  const newer = await world.remote.commit("octo/sample", "main", { ".github/workflows/theirs.yml": "on: push\n" });
  await world.mirror.fetch(world.credential);
  await writeFile(join(worktree.path, "mine.txt"), "mine\n");
  await worktree.commitLeftovers("Mine\n");
  await plainGit(worktree.path, ["merge", "--quiet", "--no-edit", newer]);
  expect(await findingsOf(worktree)).toEqual([]);
  await writeFile(join(worktree.path, ".github/workflows/theirs.yml"), "on: pull_request_target\n");
  expect(await findingsOf(worktree)).toEqual([{ kind: "protected_path", path: ".github/workflows/theirs.yml" }]);
});
