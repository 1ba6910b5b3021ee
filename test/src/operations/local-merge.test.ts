import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCheckouts } from "#local/checkouts.ts";
import { noGitHub } from "#local/no-github.ts";
import { watchBranches } from "#local/watch-branches.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { createLocalTask } from "#operations/create-local-task.ts";
import { followLocalBranches } from "#operations/follow-local-branches.ts";
import { followTask } from "#operations/follow-task.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { TaskName } from "#protocol/words.ts";
import { openLocalLoop } from "../../../src/loops/local-loop.ts";
import { type Bench, openBench, pushed, reports, succeeded } from "./bench.ts";

let bench: Bench;
let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();

beforeEach(() => {
  bench = openBench(noGitHub());
  folder = mkdtempSync(join(tmpdir(), "cco-merge-"));
  git("init", "--quiet", "--initial-branch=trunk");
  writeFileSync(join(folder, "greet.js"), "hello\n");
  git("add", "--all");
  git("commit", "--quiet", "-m", "Begin");
});
afterEach(() => {
  bench.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
  git("add", "--all");
  git("commit", "--quiet", "-m", `Write ${file}`);
}

function squash(branch: string): void {
  git("merge", "--squash", branch);
  git("commit", "--quiet", "-m", "All of it at once");
}

/** A task whose work is a branch: an empty commit, and two that change something. */
async function worked(wished?: string): Promise<TaskName> {
  const of = wished === undefined ? {} : { branch: wished };
  const { name } = await createLocalTask(bench.world, { folder, title: "Greet", by: "mona", run: true, ...of });
  const branch = branchOf(name as TaskName);
  const runner = bench.addRunner({ labels: ["local"] });
  const { runId, epoch } = bench.claim(runner);
  git("checkout", "--quiet", "-b", branch);
  git("commit", "--quiet", "--allow-empty", "-m", "Greet");
  for (const word of ["bonjour", "salut"]) write(`${word}${wished?.replace("/", "-") ?? ""}.js`, `${word}\n`);
  const sha = git("rev-parse", "HEAD");
  git("checkout", "--quiet", "trunk");
  applyReports(bench.world, runner, runId, epoch, reports([pushed(sha, branch), succeeded]));
  return name as TaskName;
}

const stateOf = (name: TaskName) => {
  const { status, conclusion } = showTask(bench.world, name);
  return [status, conclusion];
};
const branchOf = (name: TaskName) => showTask(bench.world, name).branch ?? "";

describe("a task of this machine is done when its branch has come into the one that it began from", () => {
  it.each([
    { how: "by a merge", by: (branch: string) => git("merge", "--quiet", "--no-ff", "-m", "Take it", branch) },
    {
      how: "by a merge, and the branch is gone",
      by: (branch: string) => {
        git("merge", "--quiet", branch);
        git("branch", "--quiet", "-d", branch);
      },
    },
    {
      how: "by picking its commits, beside other work",
      by: (branch: string) => {
        git("commit", "--quiet", "--allow-empty", "-m", "Other");
        git("cherry-pick", `${branch}~1`, branch);
      },
    },
    { how: "by squashing them into one", by: squash },
    {
      how: "by squashing them, beside other work before and after",
      by: (branch: string) => {
        write("greet.js", "hello\nhallo\n");
        squash(branch);
        write("greet.js", "hallo\n");
      },
    },
    {
      how: "by squashing them, and the same lines have changed since",
      by: (branch: string) => {
        squash(branch);
        write("bonjour.js", "bonsoir\n");
      },
    },
  ])("$how", async ({ by }) => {
    const name = await worked();
    expect([await followLocalBranches(bench.world, folder), stateOf(name)]).toEqual([[], ["in_review", null]]);
    by(branchOf(name));
    expect(await followLocalBranches(bench.world, folder)).toEqual([1]);
    expect(stateOf(name)).toEqual(["completed", "success"]);
    expect(await followLocalBranches(bench.world, folder)).toEqual([]);
  });

  it("not by a part of it, and not by what goes on after it", async () => {
    const name = await worked();
    git("cherry-pick", `${branchOf(name)}~1`);
    expect(await followLocalBranches(bench.world, folder)).toEqual([]);
    git("merge", "--quiet", branchOf(name));
    expect(await followLocalBranches(bench.world, folder)).toEqual([1]);
    await followTask(bench.world, name, "continue", "mona");
    expect(stateOf(name)[0]).toBe("queued");
  });

  it("nor by squashing a part of it, and nothing is left in the repository by looking", async () => {
    const name = await worked();
    squash(`${branchOf(name)}~1`);
    const objects = git("count-objects", "-v");
    expect(await followLocalBranches(bench.world, folder)).toEqual([]);
    expect(git("count-objects", "-v")).toBe(objects);
  });

  it("nor when all of it takes itself back", async () => {
    const name = await worked();
    git("checkout", "--quiet", branchOf(name));
    rmSync(join(folder, "bonjour.js"));
    rmSync(join(folder, "salut.js"));
    git("commit", "--quiet", "-am", "Take it back");
    git("checkout", "--quiet", "trunk");
    write("other.js", "1\n");
    const checkout = await openCheckouts().look(folder);
    expect(await checkout.hasMerged("trunk", git("rev-parse", branchOf(name)))).toBe(false);
  });

  it("nor where the folder is gone: nothing can be told of it", async () => {
    const name = await worked();
    rmSync(folder, { recursive: true, force: true });
    expect([await followLocalBranches(bench.world, folder), stateOf(name)[0]]).toEqual([[], "in_review"]);
  });
});

it("each merge is seen when it happens, without being asked for, however often the same branch moves", async () => {
  const names = [await worked("feature/one"), await worked("feature/two"), await worked("three")];
  const loop = openLocalLoop(bench.world, pino({ level: "silent" }), watchBranches);
  try {
    loop.ring();
    for (const name of names) {
      git("merge", "--quiet", "-m", "Take it", branchOf(name));
      await expect.poll(() => stateOf(name), { timeout: 5_000, interval: 30 }).toEqual(["completed", "success"]);
    }
  } finally {
    await loop.close();
  }
});

it("a branch is told of in folders that come and go", async () => {
  const refs = () => git("for-each-ref", "refs/heads");
  let seen = "";
  const end = await watchBranches(folder, () => {
    seen = refs();
  });
  const moved = git("commit-tree", "-m", "Later", "trunk^{tree}");
  for (const _ of ["once", "again"])
    for (const change of [["deep/er/one"], ["--force", "deep/er/one", moved], ["-D", "deep/er/one"]]) {
      git("branch", "--quiet", ...change);
      await expect.poll(() => seen, { timeout: 5_000, interval: 20 }).toBe(refs());
    }
  end?.();
});
