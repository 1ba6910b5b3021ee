import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeWorktree } from "#runner/git/make-worktree.ts";
import { openMirror } from "#runner/git/mirror.ts";
import { author, type GitWorld, repository } from "#test/runner/git/world.ts";

/**
 * A worktree of a runner that is away; what was changed in it was never pushed.
 * @param state folder of this machine's state
 * @returns where its files are
 */
export async function leaveWorktree(git: GitWorld, state: string, task: string): Promise<string> {
  const runner = join(state, "runner");
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const mirror = openMirror({ home: runner, repository, url: git.remote.url(repository) });
  await mirror.fetch(git.credential);
  const folder = join(runner, "tasks", `${repository.replace("/", "+")}-${task}`, "work");
  mkdirSync(join(folder, ".."), { recursive: true });
  const branch = `claude/${task.slice("TASK-".length)}`;
  const { path } = await makeWorktree({ mirror, task, branch, baseSha: git.baseSha, author, folder });
  writeFileSync(join(path, "src/one.txt"), "half done\n");
  return path;
}
