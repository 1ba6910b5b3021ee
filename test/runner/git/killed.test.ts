import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { importBranch } from "#runner/git/import-branch.ts";
import { plainGit } from "./plain-git.ts";
import { type GitWorld, makeWorld } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld();
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => world.close());

/** From now on the first `times` fetches of any git on the PATH are killed before they begin. */
function killFetches(times: number): void {
  const folder = join(world.root, "bin");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const rest = process.env.PATH ?? "";
  const script = `#!/bin/sh
case " $* " in *" fetch "*)
  for n in $(seq ${times}); do mkdir "$0.$n" 2>/dev/null && kill -9 $$; done ;;
esac
PATH='${rest}' exec git "$@"
`;
  writeFileSync(join(folder, "git"), script, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${rest}`);
}

async function someWork(task: string) {
  const worktree = await world.worktree(task);
  await plainGit(worktree.path, ["commit", "--quiet", "--allow-empty", "-m", "What Claude did"]);
  return { worktree, sha: (await plainGit(worktree.path, ["rev-parse", "HEAD"])).trim() };
}

test("a git that is killed while it takes the work over is started once more (F04)", async () => {
  const { worktree, sha } = await someWork("KILLED-1");
  killFetches(1);
  expect(await importBranch({ mirror: world.mirror, worktree })).toEqual({ sha });
});
