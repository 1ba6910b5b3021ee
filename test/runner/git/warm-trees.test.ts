import { existsSync, readdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBranch } from "#runner/git/import-branch.ts";
import { coolDown, keepWarm } from "#runner/git/warm-trees.ts";
import { plainGit } from "./plain-git.ts";
import { type GitWorld, makeWorld, repository } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

const pool = (): string => join(world.home, "pool");
const ready = (): string[] => readdirSync(pool()).flatMap((name) => readdirSync(join(pool(), name)));

test("a tree kept ready becomes a task's worktree like any other", async () => {
  await keepWarm({ mirror: world.mirror, sha: world.baseSha, count: 2 });
  await keepWarm({ mirror: world.mirror, sha: world.baseSha, count: 2 });
  expect(ready()).toHaveLength(2);
  const newer = await world.remote.commit(repository, "main", { "src/new.txt": "new\n", "src/one.txt": "changed\n" });
  await world.mirror.fetch(world.credential);
  const worktree = await world.worktree("WARM-1", { baseSha: newer });
  expect(ready()).toHaveLength(1);
  expect(readdirSync(worktree.folder).sort()).toEqual(["repo.git", "tree"]);
  expect(await readFile(join(worktree.path, "src/one.txt"), "utf8")).toBe("changed\n");
  expect(await plainGit(worktree.path, ["status", "--porcelain=v2", "--branch"])).toBe(
    `# branch.oid ${newer}\n# branch.head claude/warm-1\n`,
  );
  expect(await plainGit(worktree.path, ["branch", "--list", "--format=%(refname)"])).toBe("refs/heads/claude/warm-1\n");
  expect(await plainGit(worktree.path, ["rev-parse", "origin/main"])).toBe(`${newer}\n`);
  expect(await plainGit(worktree.path, ["config", "user.name"])).toBe("Claude\n");
  expect(await plainGit(worktree.path, ["worktree", "list", "--porcelain"])).not.toContain("prunable");
  expect(await worktree.status()).toEqual([]);
  await writeFile(join(worktree.path, "work.txt"), "work\n");
  await plainGit(worktree.path, ["add", "-A"]);
  await plainGit(worktree.path, ["commit", "--quiet", "-m", "Work"]);
  const { sha } = await importBranch({ mirror: world.mirror, worktree });
  expect(await world.mirror.readFile(sha, "work.txt")).toBe("work\n");
});

test("F40: more tasks than ready trees at once all get their worktree, each its own", async () => {
  await keepWarm({ mirror: world.mirror, sha: world.baseSha, count: 2 });
  const worktrees = await Promise.all([1, 2, 3, 4].map((index) => world.worktree(`MANY-${index}`)));
  expect(new Set(worktrees.map(({ path }) => path)).size).toBe(4);
  for (const worktree of worktrees) expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  expect(ready()).toEqual([]);
});

test("F37: a tree that was never finished is not used, and a spoilt one costs nothing but itself", async () => {
  await keepWarm({ mirror: world.mirror, sha: world.baseSha, count: 1 });
  const [name = ""] = readdirSync(pool());
  const [entry = ""] = readdirSync(join(pool(), name));
  await rm(join(pool(), name, entry, "index"));
  const worktree = await world.worktree("SPOILT-1");
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  await keepWarm({ mirror: world.mirror, sha: world.baseSha, count: 1 });
  await coolDown(world.mirror);
  expect(existsSync(join(pool(), name))).toBe(false);
});
