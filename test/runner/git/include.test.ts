import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EscapeError, writeContained } from "#runner/git/contained.ts";
import { copyIncluded } from "#runner/git/copy-included.ts";
import { plainGit } from "./plain-git.ts";
import { type GitWorld, makeWorld } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld({
    "README.md": "# Sample\n",
    ".gitignore": ".env*\nconfig/local/\n*.key\n",
    "tracked.key": "t\n",
  });
});
afterAll(() => world.close());

async function checkout(name: string): Promise<string> {
  const folder = join(world.root, name);
  await plainGit(world.root, ["clone", "--quiet", world.remote.folder("octo/sample"), folder]);
  return folder;
}

test("ignored files that .worktreeinclude names are copied, others are not", async () => {
  const from = await checkout("person");
  const worktree = await world.worktree("COPY-1");
  await mkdir(join(from, "config/local/deep"), { recursive: true });
  await writeFile(
    join(from, ".worktreeinclude"),
    "# what a fresh tree needs\n.env*\n!.env.production\nconfig/local/\nnotes.txt\n",
  );
  await writeFile(join(from, ".env"), "A=1\n", { mode: 0o600 });
  await writeFile(join(from, ".env.production"), "secret\n");
  await writeFile(join(from, "config/local/deep/x.json"), "{}\n");
  await writeFile(join(from, "notes.txt"), "not ignored by git\n");
  await writeFile(join(from, "other.key"), "not named\n");
  const { copied, refused } = await copyIncluded({ from, worktree });
  expect(copied.sort()).toEqual([".env", "config/local/deep/x.json"]);
  expect(refused).toEqual([]);
  expect(await readFile(join(worktree.path, ".env"), "utf8")).toBe("A=1\n");
  expect((await lstat(join(worktree.path, ".env"))).mode & 0o777).toBe(0o600);
  expect(await worktree.status()).toEqual([]);
  expect((await copyIncluded({ from, worktree })).refused).toHaveLength(2);
});

test("without a .worktreeinclude nothing is copied", async () => {
  const from = await checkout("bare-person");
  const worktree = await world.worktree("COPY-2");
  await writeFile(join(from, ".env"), "A=1\n");
  expect(await copyIncluded({ from, worktree })).toEqual({ copied: [], refused: [] });
  expect(await copyIncluded({ from: join(from, "nowhere"), worktree })).toEqual({ copied: [], refused: [] });
});

test("S29: links that lead out are refused on both sides, files, folders, chains and dangling ones", async () => {
  const from = await checkout("tricky");
  const outside = join(world.root, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "secret"), "secret\n");
  await writeFile(join(from, ".worktreeinclude"), ".env*\nconfig/local/\n*.key\n");
  await symlink(join(outside, "secret"), join(from, ".env"));
  await symlink(".env", join(from, ".env.chain"));
  await symlink("nowhere", join(from, ".env.dangling"));
  await writeFile(join(from, ".env.real"), "real\n");
  await symlink(".env.real", join(from, ".env.link"));
  await mkdir(join(from, "config"));
  await symlink(outside, join(from, "config/local"));
  await writeFile(join(from, "planted.key"), "to be copied\n");
  const worktree = await world.worktree("COPY-3");
  await symlink(join(outside, "created"), join(worktree.path, "planted.key"));
  const { copied, refused } = await copyIncluded({ from, worktree });
  expect(copied.sort()).toEqual([".env.link", ".env.real"]);
  expect(refused.map(({ path }) => path).sort()).toEqual([".env", ".env.chain", ".env.dangling", "planted.key"]);
  expect(existsSync(join(outside, "created"))).toBe(false);
  expect(existsSync(join(worktree.path, ".env"))).toBe(false);
});

test("S29: a contained write never lands outside", async () => {
  const folder = join(world.root, "contained");
  const outside = join(world.root, "beyond");
  await mkdir(folder);
  await mkdir(outside);
  await symlink(outside, join(folder, "way"));
  await symlink(join(outside, "made"), join(folder, "file"));
  await expect(writeContained(folder, "way/file", "x")).rejects.toThrow(EscapeError);
  await expect(writeContained(folder, "../beyond/file", "x")).rejects.toThrow(EscapeError);
  await expect(writeContained(folder, "/etc/x", "x")).rejects.toThrow(EscapeError);
  await writeContained(folder, "file", "x");
  expect((await lstat(join(folder, "file"))).isFile()).toBe(true);
  expect(existsSync(join(outside, "made"))).toBe(false);
});
