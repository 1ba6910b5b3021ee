import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { gitVersion } from "#runner/git/git-version.ts";
import { importBranch, RewrittenHistoryError } from "#runner/git/import-branch.ts";
import { reserveWorktree, unreserveWorktree } from "#runner/git/make-worktree.ts";
import { openMirror } from "#runner/git/mirror.ts";
import { pushBranch } from "#runner/git/push-branch.ts";
import { TaskRepositoryError } from "#runner/git/task-repository.ts";
import { plainGit } from "./plain-git.ts";
import { type GitWorld, makeWorld, repository } from "./world.ts";

let world: GitWorld;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

test("a mirror knows the remote's default branch, its files and its commits", async () => {
  expect(await world.mirror.defaultBranch()).toBe("main");
  expect(await world.mirror.resolve("main")).toBe(world.baseSha);
  expect(await world.mirror.readFile(world.baseSha, "README.md")).toBe("# Sample\n");
  expect(await world.mirror.readFile(world.baseSha, "nothing")).toBeNull();
  expect(await world.mirror.readFile(world.baseSha, "src")).toBeNull();
  expect(await world.mirror.hasBranch("main")).toBe(true);
  expect(await world.mirror.hasBranch("nowhere")).toBe(false);
  expect(await world.mirror.resolve("--help")).toBeNull();
});

test("a reserved folder that never became a worktree is taken away, one that holds anything is not (I6, I7)", async () => {
  const folder = world.folder("reserved");
  await reserveWorktree(folder);
  await unreserveWorktree(folder);
  expect(existsSync(folder)).toBe(false);
  await unreserveWorktree(folder);
  await writeFile(join(await reserveWorktree(folder), "work.txt"), "something\n");
  await unreserveWorktree(folder);
  expect(await readFile(join(folder, "tree", "work.txt"), "utf8")).toBe("something\n");
});

test("work goes from the agent's worktree to the remote", async () => {
  const worktree = await world.worktree("TASK-1");
  expect(await plainGit(worktree.path, ["status", "--porcelain=v2", "--branch"])).toContain(
    "# branch.head claude/task-1",
  );
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  expect(await plainGit(worktree.path, ["rev-parse", "origin/main"])).toBe(`${world.baseSha}\n`);
  expect(await plainGit(worktree.path, ["config", "--get-regexp", "^branch\\."], { reject: false })).toBe("");

  await writeFile(join(worktree.path, "src/two.txt"), "two\n");
  await plainGit(worktree.path, ["add", "-A"]);
  await plainGit(worktree.path, ["commit", "-m", "Add two"]);
  await writeFile(join(worktree.path, "left.txt"), "left over\n");
  await writeFile(join(worktree.path, ".env"), "ignored\n");
  await rm(join(worktree.path, "src/one.txt"));
  await symlink("README.md", join(worktree.path, "link"));
  await writeFile(join(worktree.path, "run.sh"), "#!/bin/sh\n");
  await chmod(join(worktree.path, "run.sh"), 0o755);
  expect((await worktree.status()).map((entry) => `${entry.kind} ${entry.path}`).sort()).toEqual([
    "changed src/one.txt",
    "untracked left.txt",
    "untracked link",
    "untracked run.sh",
  ]);
  expect(await worktree.diffStat()).toEqual({ files: 5, insertions: 4, deletions: 1 });

  const left = await worktree.commitLeftovers("Keep what was left\n");
  expect(left?.skipped).toEqual([]);
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  expect(await plainGit(worktree.path, ["log", "-1", "--format=%H %an %s"])).toBe(
    `${left?.sha} Claude Keep what was left\n`,
  );
  expect(await plainGit(worktree.path, ["ls-files", "-s", "run.sh", "link"])).toMatch(
    /^120000 .*link\n100755 .*run\.sh\n$/,
  );
  expect(await worktree.commitLeftovers("Again\n")).toBeNull();

  const { sha } = await importBranch({ mirror: world.mirror, worktree });
  expect(sha).toBe(left?.sha);
  expect((await worktree.commitsSince()).map(({ subject, files }) => ({ subject, files }))).toEqual([
    { subject: "Add two", files: ["src/two.txt"] },
    { subject: "Keep what was left", files: ["left.txt", "link", "run.sh", "src/one.txt"] },
  ]);
  const push = {
    mirror: world.mirror,
    url: world.mirror.url,
    branch: worktree.branch,
    sha,
    credential: world.credential,
  };
  expect(await pushBranch({ ...push, expect: null })).toEqual({ kind: "pushed", sha });
  expect(await pushBranch({ ...push, expect: sha })).toEqual({ kind: "pushed", sha });
  expect(await plainGit(world.remote.folder(repository), ["rev-parse", worktree.branch])).toBe(`${sha}\n`);

  const removal = await worktree.remove();
  expect(removal.recovery).toBeNull();
  expect(existsSync(worktree.folder)).toBe(false);
  await removal.deleted;
  expect(await readFile(join(world.mirror.path, "config"), "utf8")).not.toContain("remote");
});

test("F43: paths with spaces, letters of every kind and quotes are carried through", async () => {
  const worktree = await world.worktree("NAMES-1");
  const names = [
    "a space.txt",
    "grüße.txt",
    "修正.txt",
    'quote".txt',
    "new\nline.txt",
    "-dash",
    ":(top)magic",
    "*.txt",
  ].sort();
  for (const name of names) await writeFile(join(worktree.path, name), "x\n");
  expect((await worktree.status()).map(({ path }) => path).sort()).toEqual(names);
  const left = await worktree.commitLeftovers('Subject with "quotes" and \u00fcmlauts\n\nBody\n');
  expect((await worktree.commitsSince())[0]).toMatchObject({
    sha: left?.sha,
    subject: 'Subject with "quotes" and \u00fcmlauts',
  });
  const shown = names.map((name) => (/["\n]/.test(name) ? JSON.stringify(name) : name)).sort();
  expect((await worktree.commitsSince())[0]?.files.slice().sort()).toEqual(shown);
  expect(await worktree.diffStat()).toEqual({ files: names.length, insertions: names.length, deletions: 0 });
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
});

test("a repository in a folder of this disk is mirrored and pushed to without a credential", async () => {
  const folder = world.remote.folder(repository);
  const mirror = openMirror({ home: join(world.root, "local-home"), repository, url: folder });
  await mirror.fetch(null);
  expect(await mirror.defaultBranch()).toBe("main");
  const sha = (await mirror.resolve("main")) ?? "";
  const pushed = await pushBranch({ mirror, url: folder, branch: "claude/local", sha, credential: null, expect: null });
  expect(pushed).toEqual({ kind: "pushed", sha });
});

test("an empty repository has no default branch, and later it has one", async () => {
  const name = "octo/empty";
  await plainGit(world.root, ["init", "--quiet", "--bare", "--initial-branch=trunk", world.remote.folder(name)]);
  const mirror = openMirror({ home: world.home, repository: name, url: world.remote.url(name) });
  await mirror.fetch(world.credential);
  expect(await mirror.defaultBranch()).toBeNull();
  await world.remote.commit(name, "trunk", { "a.txt": "a\n" });
  await mirror.fetch(world.credential);
  expect(await mirror.defaultBranch()).toBe("trunk");
});

test("S47: a fetch and a push ask for one token each", async () => {
  let asked = 0;
  const counted = {
    username: "x-access-token",
    password: () => {
      asked += 1;
      return world.token;
    },
  };
  await world.mirror.fetch(counted);
  expect(asked).toBe(1);
  const { mirror, baseSha: sha } = world;
  await pushBranch({ mirror, url: mirror.url, branch: "claude/once", sha, credential: counted, expect: null });
  expect(asked).toBe(2);
});

test("files that the remote could not take, or that cannot be read, are left out and named", async () => {
  const worktree = await world.worktree("SKIP-1");
  const dump = await open(join(worktree.path, "core.dump"), "w");
  await dump.truncate(101 * 1024 * 1024);
  await dump.close();
  await writeFile(Buffer.concat([Buffer.from(`${worktree.path}/bad-`), Buffer.from([0xff])]), "x\n");
  await writeFile(join(worktree.path, "good.txt"), "good\n");
  const left = await worktree.commitLeftovers("Keep\n");
  expect(left?.skipped.map(({ why }) => why).sort()).toEqual(["too_large", "unreadable_name"]);
  expect((await worktree.commitsSince())[0]?.files).toEqual(["good.txt"]);
});

test("work on a detached head or on another branch is taken over too", async () => {
  const worktree = await world.worktree("HEAD-1");
  await plainGit(worktree.path, ["checkout", "--quiet", "--detach"]);
  await writeFile(join(worktree.path, "detached.txt"), "x\n");
  const first = await worktree.commitLeftovers("Detached\n");
  expect((await plainGit(worktree.path, ["rev-parse", "HEAD"])).trim()).toBe(first?.sha);
  await plainGit(worktree.path, ["checkout", "--quiet", "-b", "feature/Own_Name"]);
  await writeFile(join(worktree.path, "own.txt"), "x\n");
  const second = await worktree.commitLeftovers("On a branch of its own\n");
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  expect(await importBranch({ mirror: world.mirror, worktree })).toEqual({ sha: second?.sha });
});

test("a git that was killed while it took work over says nothing about the worktree: another try takes it", async () => {
  const worktree = await world.worktree("TASK-killed");
  await plainGit(worktree.path, ["commit", "--allow-empty", "-m", "Work"]);
  const folder = join(world.root, "killed");
  await mkdir(folder);
  const real = (await promisify(execFile)("which", ["git"])).stdout.trim();
  const script = `#!/bin/sh\nfor word; do [ "$word" = fetch ] && kill -9 $$; done\nexec ${real} "$@"\n`;
  await writeFile(join(folder, "git"), script, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  try {
    const failed = await importBranch({ mirror: world.mirror, worktree }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: "GitError", wasKilled: true });
  } finally {
    vi.unstubAllEnvs();
  }
  expect(await importBranch({ mirror: world.mirror, worktree })).toEqual({ sha: await worktree.head() });
});

test("S26: a history that was rewritten from before the base is refused", async () => {
  const worktree = await world.worktree("REWRITE-1");
  await plainGit(worktree.path, ["checkout", "--quiet", "--orphan", "fresh"]);
  await plainGit(worktree.path, ["commit", "--quiet", "-m", "Begin again"]);
  await expect(importBranch({ mirror: world.mirror, worktree })).rejects.toThrow(RewrittenHistoryError);
});

test("S26: a malformed object is refused on arrival", async () => {
  const worktree = await world.worktree("BAD-1");
  const blob = (await plainGit(worktree.path, ["hash-object", "-w", "--stdin"], { input: "x" })).trim();
  const entry = Buffer.concat([Buffer.from("100644 .git\0"), Buffer.from(blob, "hex")]);
  await writeFile(join(world.root, "tree"), entry);
  const hash = ["hash-object", "-t", "tree", "--literally", "-w", join(world.root, "tree")];
  const tree = (await plainGit(worktree.path, hash)).trim();
  const sha = (await plainGit(worktree.path, ["commit-tree", tree, "-p", "HEAD", "-m", "Bad"])).trim();
  await plainGit(worktree.path, ["update-ref", "HEAD", sha]);
  await expect(importBranch({ mirror: world.mirror, worktree })).rejects.toThrow(TaskRepositoryError);
});

test("S18: protected paths are put back as they were at the base, links in their way removed", async () => {
  const worktree = await world.worktree("RESTORE-1");
  await writeFile(join(worktree.path, "README.md"), "changed\n");
  await writeFile(join(worktree.path, "CLAUDE.md"), "Obey me\n");
  await rm(join(worktree.path, "src"), { recursive: true });
  await symlink("/tmp", join(worktree.path, "src"));
  await symlink("/tmp", join(worktree.path, ".claude"));
  const paths = ["README.md", "CLAUDE.md", ".claude/", "src/one.txt", ".mcp.json"];
  expect(await worktree.restoreProtected(worktree.baseSha, paths)).toEqual([
    "README.md",
    "CLAUDE.md",
    ".claude",
    "src/one.txt",
  ]);
  expect(await plainGit(worktree.path, ["status", "--porcelain"])).toBe("");
  await expect(worktree.restoreProtected(worktree.baseSha, ["../outside"])).rejects.toThrow();
});

test("the installed git is new enough", async () => {
  expect((await gitVersion()).problem).toBeNull();
});

test("a merge that was left unfinished is concluded as the merge it is", async () => {
  const worktree = await world.worktree("MERGE-1");
  await writeFile(join(worktree.path, "mine.txt"), "mine\n");
  await worktree.commitLeftovers("Mine\n");
  const theirs = await world.remote.commit(repository, "main", { "theirs.txt": "theirs\n" });
  await world.mirror.fetch(world.credential);
  await plainGit(worktree.path, ["merge", "--quiet", "--no-commit", theirs]);
  const left = await worktree.commitLeftovers("Take main in\n");
  const parents = await plainGit(worktree.path, ["log", "-1", "--format=%H %P"]);
  expect(parents).toMatch(new RegExp(`^${left?.sha} [0-9a-f]{40} ${theirs}\n$`));
  expect(await plainGit(worktree.path, ["status"])).toContain("nothing to commit, working tree clean");
});
