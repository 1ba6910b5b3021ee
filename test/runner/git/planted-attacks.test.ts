import { existsSync, readdirSync } from "node:fs";
import { appendFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { copyIncluded } from "#runner/git/copy-included.ts";
import { importBranch } from "#runner/git/import-branch.ts";
import { inspectChanges } from "#runner/git/inspect-changes.ts";
import { protectedPaths } from "#runner/git/protected-paths.ts";
import { pushBranch } from "#runner/git/push-branch.ts";
import { saveRecovery } from "#runner/git/recovery.ts";
import { TaskRepositoryError } from "#runner/git/task-repository.ts";
import { plainGit } from "./plain-git.ts";
import { attacks, type Target } from "./planted-attacks.ts";
import { type GitWorld, makeWorld, repository } from "./world.ts";

// Many short processes each, several attacks at a time, on machines that may be busy.
vi.setConfig({ testTimeout: 90_000 });

let world: GitWorld;
let count = 0;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

async function makeTarget(): Promise<Target & { task: string }> {
  count += 1;
  const number = count;
  const task = `TASK-${number}`;
  const worktree = await world.worktree(task);
  await writeFile(join(worktree.path, "work.txt"), "honest work\n");
  const outside = join(world.root, `outside-${number}`);
  await mkdir(outside);
  const sink = join(outside, "sink.git");
  await plainGit(outside, ["init", "--quiet", "--bare", sink]);
  const canary = join(outside, "canary");
  return {
    task,
    worktree,
    tree: worktree.path,
    gitDir: join(worktree.folder, "repo.git"),
    program: `touch ${canary}`,
    canary,
    sink,
    outside,
    remoteUrl: world.mirror.url,
  };
}

async function sinkRefs(target: Target): Promise<string> {
  return await plainGit(target.sink, ["for-each-ref"]);
}

/** Everything the runner ever does with a worktree. A refusal to take work over is an answer; running a plant is not. */
async function wholeSequence(target: Target & { task: string }): Promise<"published" | "refused"> {
  const { worktree, task } = target;
  let outcome: "published" | "refused" = "published";
  try {
    await worktree.head();
    await worktree.status();
    await worktree.diffStat();
    await worktree.restoreProtected(worktree.baseSha, ["CLAUDE.md", ".claude/", "src/one.txt"]);
    await copyIncluded({ from: worktree.path, worktree });
    await worktree.commitLeftovers("Keep what was left\n");
    const { sha } = await importBranch({ mirror: world.mirror, worktree });
    await worktree.commitsSince();
    await inspectChanges({
      mirror: world.mirror,
      baseSha: worktree.baseSha,
      sha,
      protectedPaths,
      secrets: [world.token],
    });
    await saveRecovery({ mirror: world.mirror, worktree, task });
    const { mirror, credential } = world;
    const pushed = await pushBranch({
      mirror,
      url: mirror.url,
      branch: worktree.branch,
      sha,
      credential,
      expect: null,
    });
    expect(pushed).toEqual({ kind: "pushed", sha });
    const there = await plainGit(world.remote.folder(repository), ["rev-parse", worktree.branch]);
    expect(there).toBe(`${sha}\n`);
  } catch (error) {
    if (!(error instanceof TaskRepositoryError)) throw error;
    outcome = "refused";
  }
  // Continued or, when damaged, saved and made anew; beside it another task's.
  const [again, other] = await Promise.all([world.worktree(task), world.worktree(`${task}-other`)]);
  await Promise.all([again, other].map(async (tree) => (await tree.remove()).deleted));
  return outcome;
}

test.concurrent.each(attacks.filter((attack) => attack.careless !== null))(
  "$name works against plain git, so this suite can fail",
  async ({ plant, careless }) => {
    const target = await makeTarget();
    await plant(target);
    await appendFile(join(target.tree, ".gitignore"), "more\n");
    await careless?.(target);
    expect(existsSync(target.canary) || (await sinkRefs(target)) !== "").toBe(true);
  },
);

test.concurrent.each(attacks)("S26: $name gets nothing out of the runner", async ({ plant, careless }) => {
  const target = await makeTarget();
  await plant(target);
  const before = readdirSync(target.outside, { recursive: true }).sort();
  const outcome = await wholeSequence(target);
  expect(existsSync(target.canary)).toBe(false);
  expect(await sinkRefs(target)).toBe("");
  expect(readdirSync(target.outside, { recursive: true }).sort()).toEqual(before);
  // Only what tampers with the repository's own shape costs the agent its work's publication.
  if (careless !== null) expect(outcome).toBe("published");
});

test("S26: a file that the agent turned into a link to the outside is committed as a link, never followed", async () => {
  const target = await makeTarget();
  await writeFile(join(target.outside, "secret"), "a secret of the machine\n");
  await rm(join(target.tree, "README.md"));
  await symlink(join(target.outside, "secret"), join(target.tree, "README.md"));
  const left = await target.worktree.commitLeftovers("Keep\n");
  expect(await world.mirror.readFile(left?.sha ?? "", "README.md")).toBe(join(target.outside, "secret"));
  expect(await readFile(join(target.outside, "secret"), "utf8")).toBe("a secret of the machine\n");
});

test("S26: after all of this the mirror is sound and can be fetched", async () => {
  await world.mirror.fetch(world.credential);
  await plainGit(world.mirror.path, ["--git-dir", world.mirror.path, "fsck", "--strict"]);
});
