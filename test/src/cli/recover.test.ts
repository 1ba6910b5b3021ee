import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeWorktree } from "#runner/git/make-worktree.ts";
import { openMirror } from "#runner/git/mirror.ts";
import { pushRecovery } from "#runner/git/push-branch.ts";
import { dropRecovery, listRecovery } from "#runner/git/recovery.ts";
import { plainGit } from "#test/runner/git/plain-git.ts";
import { author, type GitWorld, makeWorld, repository } from "#test/runner/git/world.ts";
import { openHome } from "./world.ts";

let git: GitWorld;
let home: ReturnType<typeof openHome>;

beforeAll(async () => {
  git = await makeWorld();
  home = openHome();
  mkdirSync(home.state, { recursive: true, mode: 0o700 });
  // The runner of this machine.
  symlinkSync(git.home, join(home.state, "runner"));
  await plainGit(home.folder, ["init", "--quiet"]);
  await plainGit(home.folder, ["remote", "add", "origin", join(git.root, "remote", `${repository}.git`)]);
});
afterAll(async () => {
  home.close();
  await git.close();
});

/** A run that ended before its work was published. */
async function unpublished(task: string, text: string): Promise<void> {
  const worktree = await git.worktree(task);
  await writeFile(join(worktree.path, "src/one.txt"), `${text}\n`);
  const { recovery } = await worktree.remove();
  expect(recovery).not.toBeNull();
}

it("brings saved work back as a branch of the checkout (I7)", async () => {
  await unpublished("TASK-12", "half done");
  const before = await plainGit(home.folder, ["status", "--porcelain", "--branch"]);
  expect(await home.run(["task", "recover", "12"])).toMatchObject({ code: 0, out: "recovered/task-12\n" });
  expect(await plainGit(home.folder, ["show", "recovered/task-12:src/one.txt"])).toBe("half done\n");
  expect(await plainGit(home.folder, ["status", "--porcelain", "--branch"])).toBe(before);
  // Again: what somebody has gone on with is never overwritten.
  const again = await home.run(["task", "recover", "TASK-12", "--json"]);
  expect(JSON.parse(again.out)).toMatchObject({ task: "TASK-12", branch: "recovered/task-12-2" });
});

it("lists what there is, and takes the one that is asked for", async () => {
  await unpublished("TASK-13", "first");
  await unpublished("TASK-13", "second");
  const { out } = await home.run(["task", "recover", "TASK-13", "--list", "--json"]);
  const { saved } = JSON.parse(out);
  expect(saved).toHaveLength(2);
  expect(saved[0]).toMatchObject({ number: 1, repository, subject: "Recovered work of TASK-13" });
  expect((await home.run(["task", "recover", "TASK-13", "--list"])).out).toContain("refs/cc-orchestrator/recovery/");
  expect(await home.run(["task", "recover", "TASK-13", "--number", "1", "--branch", "mine/one"])).toMatchObject({
    out: "mine/one\n",
  });
  expect(await plainGit(home.folder, ["show", "mine/one:src/one.txt"])).toBe("first\n");
  expect(await home.run(["task", "recover", "TASK-13", "--number", "9"])).toMatchObject({ code: 2 });
});

it("outside a checkout it prints what to run in one, and nothing saved is said so", async () => {
  const { code, out, err } = await home.run(["task", "recover", "TASK-13", "--repository", "octo/sample"]);
  expect({ code, out, err }).toMatchObject({ code: 0, out: "recovered/task-13\n" });
  const elsewhere = openHome();
  try {
    const printed = await elsewhere.run(["task", "recover", "TASK-13", "--home", home.state]);
    expect(printed).toMatchObject({ code: 0, err: expect.stringContaining("no checkout of octo/sample") });
    expect(printed.out).toMatch(
      /^git fetch \S+octo\/sample\.git refs\/cc-orchestrator\/recovery\/TASK-13\/\S+:refs\/heads\/recovered\/task-13\n$/,
    );
    const none = await elsewhere.run(["task", "recover", "TASK-99"]);
    expect(none).toMatchObject({ code: 3, out: "", err: expect.stringContaining("No saved work of TASK-99") });
  } finally {
    elsewhere.close();
  }
});

it("on another machine the remote has what the runner could push; two runners never overwrite each other's", async () => {
  const url = git.remote.url(repository);
  const second = openMirror({ home: join(git.root, "second"), repository, url });
  await second.fetch(git.credential);
  for (const [mirror, text] of [
    [git.mirror, "of the first"],
    [second, "of the second"],
  ] as const) {
    const folder = join(git.root, "tasks", text.replaceAll(" ", "-"));
    const tree = await makeWorktree({
      mirror,
      task: "TASK-14",
      folder,
      branch: "claude/14",
      baseSha: git.baseSha,
      author,
    });
    await writeFile(join(tree.path, "src/one.txt"), `${text}\n`);
    const { recovery } = await tree.remove();
    if (recovery === null) throw new Error("nothing was saved");
    expect(await pushRecovery({ mirror, url, ...recovery, credential: git.credential })).toEqual({ kind: "pushed" });
    await dropRecovery(mirror, recovery.ref);
    expect(await listRecovery(mirror, "TASK-14")).toEqual([]);
  }
  const { out } = await home.run(["task", "recover", "TASK-14", "--list", "--json"]);
  expect(JSON.parse(out).saved).toMatchObject([{ from: "origin" }, { from: "origin" }]);
  await home.run(["task", "recover", "TASK-14", "--number", "1"]);
  await home.run(["task", "recover", "TASK-14", "--number", "2"]);
  const texts = await Promise.all(
    ["recovered/task-14", "recovered/task-14-2"].map((branch) =>
      plainGit(home.folder, ["show", `${branch}:src/one.txt`]),
    ),
  );
  expect(texts.sort()).toEqual(["of the first\n", "of the second\n"]);
});

it("a worktree that could not be saved is kept whole under its task's name, and the command says where", async () => {
  const worktree = await git.worktree("TASK-15");
  await writeFile(join(worktree.path, "src/one.txt"), "only here\n");
  await mkdir(join(worktree.folder, "repo.git", "worktrees", "tree"), { recursive: true });
  await writeFile(join(worktree.folder, "repo.git", "worktrees", "tree", "HEAD"), "broken");
  const { keptAt } = await worktree.remove();
  expect(readdirSync(join(git.home, "kept"))[0]).toMatch(/^TASK-15-/);
  expect(await readFile(join(keptAt ?? "", "tree/src/one.txt"), "utf8")).toBe("only here\n");
  const { err } = await home.run(["task", "recover", "TASK-15", "--list"]);
  expect(err).toContain(`kept whole at ${join(home.state, "runner", "kept", "TASK-15-")}`);
});
