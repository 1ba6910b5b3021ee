import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { GitError } from "./git.ts";
import { inTurn } from "./in-turn.ts";
import type { Mirror } from "./mirror.ts";
import type { Author } from "./task-objects.ts";
import { adoptTaskRepository, createTaskRepository } from "./task-repository.ts";
import { discard } from "./trash.ts";
import { trustedTree } from "./trusted-tree.ts";
import { forget, recordFolder } from "./worktree-record.ts";

/**
 * Checked-out trees kept ready, so that a task on a large repository starts in milliseconds: taking one is a rename, a
 * handful of small files, and an update of the paths that changed since. No agent has ever had one.
 *
 *   <home>/pool/<repository>/<name>/{tree, repo.git, index, sha}   ready
 *   <home>/pool/<repository>/<name>.making                          not yet, or never
 */
const makingAgeMs = 3_600_000;
const warmBranch = "warm";
const nobody: Author = { name: "Nobody", email: "nobody@localhost" };

/**
 * Brings the number of ready trees up to `count`. Meant for the background, after a task has started; it costs what
 * checking out the repository costs.
 *
 * @param sha the commit to have them at: the base branch's newest
 */
export async function keepWarm(of: { mirror: Mirror; sha: string; count: number }): Promise<void> {
  const { mirror, sha, count } = of;
  const pool = poolOf(mirror);
  await inTurn(pool, async () => {
    await mkdir(pool, { recursive: true, mode: 0o700 });
    await clearAbandoned(mirror, pool);
    for (let ready = (await readyIn(pool)).length; ready < count; ready += 1) await makeReady(mirror, pool, sha);
  });
}

/**
 * Moves a ready tree to a task's folder and sets it to a branch at a commit.
 *
 * @param wanted.folder must not exist
 * @returns false when there is none ready
 */
export async function takeWarm(wanted: {
  mirror: Mirror;
  folder: string;
  branch: string;
  sha: string;
  author: Author;
}): Promise<boolean> {
  const { mirror, folder } = wanted;
  for (const name of await readyIn(poolOf(mirror))) {
    if (!(await taken(join(poolOf(mirror), name), folder))) continue;
    if (await settled(wanted)) return true;
    await discard(mirror.home, folder);
    await forget(mirror, folder);
  }
  return false;
}

/** @returns false when the tree turns out to be spoilt */
async function settled(wanted: Parameters<typeof takeWarm>[0]): Promise<boolean> {
  const { mirror, folder, branch, sha, author } = wanted;
  try {
    const at = (await readFile(join(folder, "sha"), "utf8")).trim();
    const own = recordFolder(mirror, folder);
    await mkdir(own, { recursive: true, mode: 0o700 });
    await rename(join(folder, "index"), join(own, "index"));
    await rm(join(folder, "sha"));
    await adoptTaskRepository(mirror, folder, { branch, sha, author, before: warmBranch });
    if (at !== sha) await trustedTree(mirror, folder).switchTo(at, sha);
    return true;
  } catch (error) {
    if (error instanceof GitError || (error instanceof Error && "code" in error && error.code === "ENOENT"))
      return false;
    throw error;
  }
}

/** Removes every ready tree of a repository. */
export async function coolDown(mirror: Mirror): Promise<void> {
  const pool = poolOf(mirror);
  await inTurn(pool, async () => {
    if (existsSync(pool)) await (await discard(mirror.home, pool)).deleted;
  });
}

async function makeReady(mirror: Mirror, pool: string, sha: string): Promise<void> {
  const making = join(pool, `${randomBytes(6).toString("hex")}.making`);
  await mkdir(making, { mode: 0o700 });
  await createTaskRepository(mirror, making, { branch: warmBranch, sha, author: nobody });
  const tree = trustedTree(mirror, making);
  await tree.checkOut(sha);
  await rename(tree.indexFile, join(making, "index"));
  await forget(mirror, making);
  await writeFile(join(making, "sha"), `${sha}\n`);
  await rename(making, join(dirname(making), basename(making, ".making")));
}

async function readyIn(pool: string): Promise<string[]> {
  if (!existsSync(pool)) return [];
  return (await readdir(pool)).filter((name) => /^[0-9a-f]{12}$/.test(name));
}

/** A rename decides who of several takers gets it. Another disk has no use for it. */
async function taken(from: string, to: string): Promise<boolean> {
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EXDEV")) return false;
    throw error;
  }
}

async function clearAbandoned(mirror: Mirror, pool: string): Promise<void> {
  for (const name of (await readdir(pool)).filter((entry) => entry.endsWith(".making"))) {
    const path = join(pool, name);
    if (Date.now() - (await stat(path)).mtimeMs < makingAgeMs) continue;
    await forget(mirror, path);
    await discard(mirror.home, path);
  }
}

function poolOf(mirror: Mirror): string {
  return join(mirror.home, "pool", basename(recordFolder(mirror, mirror.path)));
}
