import { existsSync } from "node:fs";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importBranch } from "#runner/git/import-branch.ts";
import { makeWorktree } from "#runner/git/make-worktree.ts";
import { listRecovery } from "#runner/git/recovery.ts";
import { sweepOldTasks, sweepWorktrees, taskFolderName, tidyMirrors } from "#runner/sweep-home.ts";
import { plainGit } from "#test/runner/git/plain-git.ts";
import { author, type GitWorld, makeWorld, repository } from "#test/runner/git/world.ts";

let world: GitWorld;
const said: string[] = [];
const keep = (_: unknown, text?: string) => void said.push(text ?? "");
const log = { info: keep, warn: keep, error: keep } as Parameters<typeof sweepWorktrees>[0]["log"];
const day = 24 * 3_600_000;

beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

async function taskWithWork(task: string): Promise<{ name: string; folder: string }> {
  const name = taskFolderName({ repository, task });
  const folder = join(world.home, "tasks", name);
  const { mirror, baseSha } = world;
  const work = join(folder, "work");
  const worktree = await makeWorktree({ mirror, task, folder: work, branch: `claude/${task}`, baseSha, author });
  await writeFile(join(worktree.path, "src/one.txt"), `${task}\n`);
  await importBranch({ mirror, worktree });
  return { name, folder };
}

test("a worktree that the journal does not know is saved and removed; one that it knows is left alone (I6, I7)", async () => {
  const unknown = await taskWithWork("TASK-1");
  const known = await taskWithWork("TASK-2");
  await sweepWorktrees({ home: world.home, known: new Set([known.name]), log });
  expect(existsSync(join(unknown.folder, "work"))).toBe(false);
  expect(existsSync(join(known.folder, "work", "tree", "src/one.txt"))).toBe(true);
  const [saved] = await listRecovery(world.mirror, "TASK-1");
  expect(await plainGit(world.root, ["--git-dir", world.mirror.path, "show", `${saved?.sha}:src/one.txt`])).toBe(
    "TASK-1\n",
  );
  expect(await listRecovery(world.mirror, "TASK-2")).toEqual([]);
  expect(said).toEqual(["a worktree of no run was saved and removed"]);
});

test("what is left of a task goes when it had no run for long; its saved work stays, and so does one that is in use", async () => {
  const now = Date.now();
  const names = await Promise.all(
    ["TASK-1", "TASK-3", "TASK-4"].map(async (task) => {
      const name = taskFolderName({ repository, task });
      const folder = join(world.home, "tasks", name);
      await mkdir(join(folder, "home"), { recursive: true });
      const before = new Date(now - (task === "TASK-4" ? 1 : 40) * day);
      await utimes(folder, before, before);
      return name;
    }),
  );
  const [, used] = names;
  await sweepOldTasks({ home: world.home, keepDays: 30, isInUse: (name) => name === used, now, log });
  const left = await readdir(join(world.home, "tasks"));
  expect(left.sort()).toEqual(["TASK-2", "TASK-3", "TASK-4"].map((task) => taskFolderName({ repository, task })));
  expect(await listRecovery(world.mirror, "TASK-1")).toHaveLength(1);
  expect(await world.mirror.resolve("refs/cc-orchestrator/tasks/TASK-1/head")).toBeNull();
  expect(await world.mirror.resolve("refs/cc-orchestrator/tasks/TASK-2/head")).not.toBeNull();
});

test("mirrors are packed once a day, and saved work is forgotten after a year only", async () => {
  const loose = async () =>
    /count: (\d+)/.exec(await plainGit(world.root, ["--git-dir", world.mirror.path, "count-objects", "-v"]))?.[1];
  expect(await loose()).not.toBe("0");
  await tidyMirrors(world.home, Date.now());
  expect(await loose()).toBe("0");
  expect(await listRecovery(world.mirror, "TASK-1")).toHaveLength(1);
  await tidyMirrors(world.home, Date.now() + 3_600_000);
  expect(await listRecovery(world.mirror, "TASK-1")).toHaveLength(1);
  await tidyMirrors(world.home, Date.now() + 400 * day);
  expect(await listRecovery(world.mirror, "TASK-1")).toEqual([]);
});
