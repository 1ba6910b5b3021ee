import { existsSync } from "node:fs";
import { chmod, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBranch } from "#runner/git/import-branch.ts";
import { pushBranch } from "#runner/git/push-branch.ts";
import { plainGit } from "./plain-git.ts";
import { type GitWorld, makeWorld, repository } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

test("a mirror knows the remote's default branch, its files and its commits", async () => {
  expect(await world.mirror.defaultBranch()).toBe("main");
  expect(await world.mirror.resolve("main")).toBe(world.baseSha);
  expect(await world.mirror.readFile(world.baseSha, "README.md")).toBe("# Sample\n");
  expect(await world.mirror.readFile(world.baseSha, "nothing")).toBeNull();
  expect(await world.mirror.readFile(world.baseSha, "src")).toBeNull();
  expect(await world.mirror.hasBranch("main")).toBe(true);
  expect(await world.mirror.hasBranch("nowhere")).toBe(false);
  expect(await world.mirror.resolve("--help")).toBeNull();
});

test("work goes from the agent's worktree to the remote", async () => {
  const worktree = await world.worktree("TASK-1");
  expect(await plainGit(worktree.path, ["status", "--porcelain=v2", "--branch"])).toContain(
    "# branch.head claude/task-1",
  );
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  expect(await plainGit(worktree.path, ["rev-parse", "origin/main"])).toBe(`${world.baseSha}\n`);
  expect(await plainGit(worktree.path, ["config", "--get-regexp", "^branch\\."], { reject: false })).toBe("");

  await writeFile(join(worktree.path, "src/two.txt"), "two\n");
  await plainGit(worktree.path, ["add", "-A"]);
  await plainGit(worktree.path, ["commit", "-m", "Add two"]);
  await writeFile(join(worktree.path, "left.txt"), "left over\n");
  await writeFile(join(worktree.path, ".env"), "ignored\n");
  await rm(join(worktree.path, "src/one.txt"));
  await symlink("README.md", join(worktree.path, "link"));
  await writeFile(join(worktree.path, "run.sh"), "#!/bin/sh\n");
  await chmod(join(worktree.path, "run.sh"), 0o755);
  expect((await worktree.status()).map((entry) => `${entry.kind} ${entry.path}`).sort()).toEqual([
    "changed src/one.txt",
    "untracked left.txt",
    "untracked link",
    "untracked run.sh",
  ]);
  expect(await worktree.diffStat()).toEqual({ files: 5, insertions: 4, deletions: 1 });

  const left = await worktree.commitLeftovers("Keep what was left\n");
  expect(left?.skipped).toEqual([]);
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  expect(await plainGit(worktree.path, ["log", "-1", "--format=%H %an %s"])).toBe(
    `${left?.sha} Claude Keep what was left\n`,
  );
  expect(await plainGit(worktree.path, ["ls-files", "-s", "run.sh", "link"])).toMatch(
    /^120000 .*link\n100755 .*run\.sh\n$/,
  );
  expect(await worktree.commitLeftovers("Again\n")).toBeNull();

  const { sha } = await importBranch({ mirror: world.mirror, worktree });
  expect(sha).toBe(left?.sha);
  expect((await worktree.commitsSince()).map(({ subject, files }) => ({ subject, files }))).toEqual([
    { subject: "Add two", files: ["src/two.txt"] },
    { subject: "Keep what was left", files: ["left.txt", "link", "run.sh", "src/one.txt"] },
  ]);
  const push = {
    mirror: world.mirror,
    url: world.mirror.url,
    branch: worktree.branch,
    sha,
    credential: world.credential,
  };
  expect(await pushBranch({ ...push, expect: null })).toEqual({ kind: "pushed", sha });
  expect(await pushBranch({ ...push, expect: sha })).toEqual({ kind: "pushed", sha });
  expect(await plainGit(world.remote.folder(repository), ["rev-parse", worktree.branch])).toBe(`${sha}\n`);

  const removal = await worktree.remove();
  expect(removal.recovery).toBeNull();
  expect(existsSync(worktree.folder)).toBe(false);
  await removal.deleted;
  expect(await readFile(join(world.mirror.path, "config"), "utf8")).not.toContain("remote");
});

test("F43: paths with spaces, letters of every kind and quotes are carried through", async () => {
  const worktree = await world.worktree("NAMES-1");
  const names = [
    "a space.txt",
    "grüße.txt",
    "修正.txt",
    'quote".txt',
    "new\nline.txt",
    "-dash",
    ":(top)magic",
    "*.txt",
  ].sort();
  for (const name of names) await writeFile(join(worktree.path, name), "x\n");
  expect((await worktree.status()).map(({ path }) => path).sort()).toEqual(names);
  const left = await worktree.commitLeftovers('Subject with "quotes" and \u00fcmlauts\n\nBody\n');
  expect((await worktree.commitsSince())[0]).toMatchObject({
    sha: left?.sha,
    subject: 'Subject with "quotes" and \u00fcmlauts',
  });
  const shown = names.map((name) => (/["\n]/.test(name) ? JSON.stringify(name) : name)).sort();
  expect((await worktree.commitsSince())[0]?.files.slice().sort()).toEqual(shown);
  expect(await worktree.diffStat()).toEqual({ files: names.length, insertions: names.length, deletions: 0 });
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
});
