import { fork } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, chmod, mkdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBranch } from "#runner/git/import-branch.ts";
import { BranchTakenError, makeWorktree, openWorktree } from "#runner/git/make-worktree.ts";
import { openMirror } from "#runner/git/mirror.ts";
import { listRecovery, saveRecovery } from "#runner/git/recovery.ts";
import { forgetRecovery, forgetTask, tidyMirror } from "#runner/git/tidy-mirror.ts";
import { emptyTrash } from "#runner/git/trash.ts";
import type { Errand } from "./other-process.ts";
import { plainGit } from "./plain-git.ts";
import { author, type GitWorld, makeWorld, repository } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

test("F40: ten tasks that start on one repository at once all get their worktree", async () => {
  const tasks = Array.from({ length: 10 }, (_, index) => `TEN-${index}`);
  const worktrees = await Promise.all(tasks.map((task) => world.worktree(task)));
  for (const worktree of worktrees) {
    expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
    expect(await readFile(join(worktree.path, "src/one.txt"), "utf8")).toBe("one\n");
  }
  await Promise.all(worktrees.map(async (worktree) => (await worktree.remove()).deleted));
});

test("F41: fetches, new worktrees, imports and removals at the same time disturb nobody", async () => {
  const rounds = Array.from({ length: 6 }, async (_, index) => {
    await world.remote.commit(repository, `side-${index}`, { [`side-${index}.txt`]: "side\n" });
    const [worktree] = await Promise.all([world.worktree(`MIX-${index}`), world.mirror.fetch(world.credential)]);
    await writeFile(join(worktree.path, "mine.txt"), `${index}\n`);
    await Promise.all([
      worktree.commitLeftovers("Mine\n"),
      world.mirror.fetch(world.credential),
      tidyMirror(world.mirror),
      plainGit(worktree.path, ["log", "--stat", "--all"]),
    ]);
    const { sha } = await importBranch({ mirror: world.mirror, worktree });
    const { recovery } = await worktree.remove();
    expect(recovery?.sha).toBe(sha);
  });
  await Promise.all(rounds);
  await plainGit(world.mirror.path, ["--git-dir", world.mirror.path, "fsck", "--strict", "--connectivity-only"]);
  expect(readdirSync(world.mirror.path).filter((name) => name.endsWith(".lock"))).toEqual([]);
});

/** Another runner process on an errand, possibly killed some time after it began. @returns how it ended */
function elsewhere(errand: Errand, killAfterMs: number | null): Promise<number | string | null> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, "other-process.ts"), {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.once("message", () => {
      if (killAfterMs !== null) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    });
    child.once("exit", (code, signal) => resolve(signal ?? code));
    child.send(errand);
  });
}

test("F40: several processes fetch the same mirror one after the other", async () => {
  const at = { home: join(world.root, "shared"), repository, url: world.mirror.url };
  const errand = { at, token: world.token, worktree: null };
  expect(await Promise.all([1, 2, 3].map(() => elsewhere(errand, null)))).toEqual([0, 0, 0]);
});

test("F02, F37: a runner killed at any moment of a fetch or of making a worktree is followed by one that works", async () => {
  const at = { home: join(world.root, "killed"), repository, url: world.mirror.url };
  const mirror = openMirror(at);
  for (const [index, killAfterMs] of [5, 40, 80, 120, 160, 220].entries()) {
    await world.remote.commit(repository, "main", { [`round-${index}.txt`]: "round\n" });
    const task = `KILLED-${index}`;
    const branch = `claude/killed-${index}`;
    const worktree = { task, folder: world.folder(task), branch, baseSha: world.baseSha, author };
    await elsewhere({ at, token: world.token, worktree }, killAfterMs);
    await mirror.fetch(world.credential);
    const again = await makeWorktree({ mirror, ...worktree });
    expect(await plainGit(again.path, ["status", "--porcelain"])).toBe("");
    expect(await readFile(join(again.path, "src/one.txt"), "utf8")).toBe("one\n");
  }
});

test("F56: work that another runner published is continued, and what only this one has is kept", async () => {
  const worktree = await world.worktree("MOVED-1");
  await writeFile(join(worktree.path, "ours.txt"), "ours\n");
  const ours = (await worktree.commitLeftovers("Ours\n"))?.sha ?? "";
  const same = await world.worktree("MOVED-1", { startAt: world.baseSha });
  expect(await same.head()).toBe(ours);
  const theirs = await world.remote.commit(repository, "claude/moved-1", { "theirs.txt": "theirs\n" });
  await world.mirror.fetch(world.credential);
  const moved = await world.worktree("MOVED-1", { startAt: theirs });
  expect(await moved.head()).toBe(theirs);
  expect((await listRecovery(world.mirror, "MOVED-1")).map(({ sha }) => sha)).toEqual([ours]);
});

test("F37: what a killed attempt left behind is cleared, and a second attempt works", async () => {
  const folder = world.folder("LEFT-1");
  await mkdir(join(folder, "tree"), { recursive: true });
  await mkdir(join(folder, "repo.git", "refs"), { recursive: true });
  await writeFile(join(folder, "repo.git", "config.lock"), "");
  const worktree = await world.worktree("LEFT-1");
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  await emptyTrash(world.home);
  expect(readdirSync(join(world.home, "trash"))).toEqual([]);
});

test("F37: a mirror with the locks of a killed git is fetched again once they are old, and not before", async () => {
  const lock = join(world.mirror.path, "packed-refs.lock");
  const fresh = join(world.mirror.path, "refs", "heads", "main.lock");
  const old = new Date(Date.now() - 120_000);
  await writeFile(lock, "");
  await writeFile(fresh, "");
  await utimes(lock, old, old);
  await world.mirror.fetch(world.credential);
  expect(existsSync(lock)).toBe(false);
  expect(existsSync(fresh)).toBe(true);
  await rm(fresh);
});

test("F37: making a worktree again continues it as it is, with the agent's stale lock gone", async () => {
  const first = await world.worktree("AGAIN-1");
  await writeFile(join(first.path, "kept.txt"), "kept\n");
  await writeFile(join(first.folder, "repo.git/worktrees/tree/index.lock"), "");
  const second = await world.worktree("AGAIN-1");
  expect(await readFile(join(second.path, "kept.txt"), "utf8")).toBe("kept\n");
  await plainGit(second.path, ["add", "-A"]);
  expect((await openWorktree({ mirror: world.mirror, folder: first.folder }))?.branch).toBe(first.branch);
});

test("F35: a worktree whose folder was deleted is made again with the task's commits", async () => {
  const worktree = await world.worktree("LOST-1");
  await writeFile(join(worktree.path, "work.txt"), "work\n");
  await worktree.commitLeftovers("Work\n");
  await rm(worktree.path, { recursive: true });
  const again = await world.worktree("LOST-1");
  expect(await readFile(join(again.path, "work.txt"), "utf8")).toBe("work\n");
  await rm(join(again.path, ".git"));
  await writeFile(join(again.path, "more.txt"), "more\n");
  const third = await world.worktree("LOST-1");
  expect(await plainGit(third.path, ["status", "--porcelain"])).toBe("");
  const saved = (await listRecovery(world.mirror, "LOST-1")).at(-1);
  expect(await world.mirror.readFile(saved?.sha ?? "", "more.txt")).toBe("more\n");
});

test("F36: a branch of that name that somebody else has is refused; our own is continued", async () => {
  const theirs = await world.remote.commit(repository, "claude/taken-1", { "theirs.txt": "theirs\n" });
  await world.mirror.fetch(world.credential);
  await expect(world.worktree("TAKEN-1")).rejects.toThrow(BranchTakenError);
  const continued = await world.worktree("TAKEN-1", { startAt: theirs });
  expect(await continued.head()).toBe(theirs);
});

test("I7: recovery saves commits, changes and new files, and leaves the worktree as it is", async () => {
  const worktree = await world.worktree("SAVE-1");
  expect(await saveRecovery({ mirror: world.mirror, worktree, task: "SAVE-1" })).toBeNull();
  await writeFile(join(worktree.path, "staged.txt"), "staged\n");
  await plainGit(worktree.path, ["add", "staged.txt"]);
  await appendFile(join(worktree.path, "README.md"), "changed\n");
  await writeFile(join(worktree.path, "new file.txt"), "new\n");
  const before = await plainGit(worktree.path, ["status", "--porcelain=v2", "--branch"]);
  const saved = await saveRecovery({ mirror: world.mirror, worktree, task: "SAVE-1" });
  expect(saved?.ref).toMatch(/^refs\/cc-orchestrator\/recovery\/SAVE-1\/1-[0-9a-f]{8}$/);
  expect(await world.mirror.readFile(saved?.sha ?? "", "new file.txt")).toBe("new\n");
  expect(await world.mirror.readFile(saved?.sha ?? "", "README.md")).toContain("changed");
  expect(await plainGit(worktree.path, ["status", "--porcelain=v2", "--branch"])).toBe(before);
  await appendFile(join(worktree.path, "README.md"), "again\n");
  const { recovery, deleted } = await worktree.remove();
  expect(recovery?.ref).toMatch(/\/SAVE-1\/2-[0-9a-f]{8}$/);
  await deleted;
});

test("I6: a finished task's refs go, and saved work goes when it is old", async () => {
  const worktree = await world.worktree("DONE-1");
  await writeFile(join(worktree.path, "work.txt"), "work\n");
  const { recovery, deleted } = await worktree.remove();
  await deleted;
  await forgetTask(world.mirror, "DONE-1");
  await forgetTask(world.mirror, "DONE-1");
  expect(await world.mirror.resolve("refs/cc-orchestrator/tasks/DONE-1/base")).toBeNull();
  expect(await forgetRecovery(world.mirror, new Date(Date.now() - 60_000))).toEqual([]);
  expect(await world.mirror.resolve(recovery?.ref ?? "")).toBe(recovery?.sha);
  expect(await forgetRecovery(world.mirror, new Date(Date.now() + 60_000))).toContain(recovery?.ref);
  expect(readdirSync(join(world.home, "worktrees")).filter((name) => name.startsWith("DONE-1"))).toEqual([]);
});

test("I6: a tree with read-only folders is removed all the same", async () => {
  const worktree = await world.worktree("STUCK-1");
  await mkdir(join(worktree.path, "ignored"));
  await writeFile(join(worktree.path, "ignored", "file"), "x");
  await chmod(join(worktree.path, "ignored"), 0o500);
  await (await worktree.remove()).deleted;
  expect(readdirSync(join(world.home, "trash")).filter((name) => name.startsWith("STUCK-1"))).toEqual([]);
});
