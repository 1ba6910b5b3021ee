import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FetchError, openMirror } from "#runner/git/mirror.ts";
import { type PushOutcome, pushBranch } from "#runner/git/push-branch.ts";
import { plainGit } from "./plain-git.ts";
import { until } from "./until.ts";
import { type GitWorld, makeWorld, repository } from "./world.ts";

let world: GitWorld;
let count = 0;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

/** A commit of some task, ready to be pushed. */
async function readyPush(more: { baseSha?: string } = {}): Promise<Parameters<typeof pushBranch>[0]> {
  count += 1;
  const worktree = await world.worktree(`TASK-${count}`, more);
  await writeFile(join(worktree.path, "work.txt"), `work ${count}\n`);
  const left = await worktree.commitLeftovers("Work\n");
  const { mirror, credential } = world;
  return { mirror, url: mirror.url, branch: worktree.branch, sha: left?.sha ?? "", credential, expect: null };
}

const reasonOf = (outcome: PushOutcome): string => (outcome.kind === "refused" ? outcome.reason : "pushed");

test.each([
  ["hook_declined", "echo 'No pushes on Fridays' >&2; exit 1", "pre-receive"],
  [
    "protected_branch",
    "echo 'error: GH006: Protected branch update failed for refs/heads/x.' >&2; exit 1",
    "pre-receive",
  ],
  ["protected_branch", "echo 'error: GH013: Repository rule violations found for refs/heads/x.' >&2; exit 1", "update"],
  [
    "secret_scanning",
    "echo 'error: GH013: Repository rule violations found'; echo '- GITHUB PUSH PROTECTION' >&2; echo '- Push cannot contain secrets' >&2; exit 1",
    "pre-receive",
  ],
  ["too_large", "echo 'error: GH001: Large files detected.' >&2; exit 1", "pre-receive"],
  [
    "workflow_permission",
    "echo 'refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` without `workflows` permission' >&2; exit 1",
    "pre-receive",
  ],
] as const)("F38: a push that the remote refuses is told apart: %s", async (reason, script, name) => {
  const push = await readyPush();
  await world.remote.hook(repository, name, script);
  try {
    expect(reasonOf(await pushBranch(push))).toBe(reason);
    expect(await plainGit(world.remote.folder(repository), ["for-each-ref", `refs/heads/${push.branch}`])).toBe("");
  } finally {
    await world.remote.hook(repository, name, "exit 0");
  }
});

test("a git or a helper of git's that the system kills is told apart from a remote that refuses", async () => {
  const push = await readyPush();
  await world.remote.hook(repository, "pre-receive", "sleep 60");
  try {
    const outcome = pushBranch(push);
    await until(() => processNamed("git-remote-http", push.url) !== null);
    process.kill(processNamed("git-remote-http", push.url) ?? 0, "SIGKILL");
    expect(reasonOf(await outcome)).toBe("killed");
  } finally {
    await world.remote.hook(repository, "pre-receive", "exit 0");
  }
});

/** A process with this program and argument; null when there is none (any more). */
function processNamed(program: string, argument: string): number | null {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const file = `/proc/${pid}/cmdline`;
    const words = existsSync(file) ? readFileSync(file, "utf8").split("\0") : [];
    if (words[0]?.endsWith(program) && words.includes(argument)) return Number(pid);
  }
  return null;
}

test("F38: a branch that somebody else made or moved is never overwritten", async () => {
  const push = await readyPush();
  const theirs = await world.remote.commit(repository, push.branch, { "theirs.txt": "theirs\n" });
  expect(reasonOf(await pushBranch(push))).toBe("non_fast_forward");
  await world.mirror.fetch(world.credential);
  expect(reasonOf(await pushBranch({ ...push, expect: theirs }))).toBe("non_fast_forward");
  expect(await plainGit(world.remote.folder(repository), ["rev-parse", push.branch])).toBe(`${theirs}\n`);
});

test("S28: our own branch is rewritten only when asked, and only from where we left it", async () => {
  const first = await readyPush();
  expect(reasonOf(await pushBranch(first))).toBe("pushed");
  const second = { ...(await readyPush()), branch: first.branch, expect: first.sha };
  expect(reasonOf(await pushBranch(second))).toBe("non_fast_forward");
  expect(reasonOf(await pushBranch({ ...second, rewrite: true }))).toBe("pushed");
  expect(reasonOf(await pushBranch({ ...first, expect: first.sha, rewrite: true }))).toBe("non_fast_forward");
});

test("a wrong token, a missing repository, a moved one and an absent server are told apart", async () => {
  const push = await readyPush();
  const wrong = { username: "x-access-token", password: () => "ghs_wrong" };
  expect(reasonOf(await pushBranch({ ...push, credential: wrong }))).toBe("unauthorised");
  expect(reasonOf(await pushBranch({ ...push, credential: null }))).toBe("unauthorised");
  expect(reasonOf(await pushBranch({ ...push, url: world.remote.url("octo/nowhere") }))).toBe("not_found");
  expect(reasonOf(await pushBranch({ ...push, url: "http://127.0.0.1:1/octo/sample.git" }))).toBe("network");
  world.remote.failWith(301, 4);
  expect(reasonOf(await pushBranch(push))).toBe("moved");
  world.remote.failWith(0, 0);
  const second = openMirror({ home: join(world.root, "second"), repository, url: world.mirror.url });
  const refused = await second.fetch(wrong).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(FetchError);
  expect(refused).toMatchObject({ reason: "unauthorised" });
});

test("F21: a remote that is out of order for a moment is asked again", async () => {
  world.remote.failWith(503, 2);
  await world.mirror.fetch(world.credential);
  world.remote.failWith(0, 0);
});

test("S28: a remote that says yes and does not do it is found out", async () => {
  const push = await readyPush();
  const folder = world.remote.folder(repository);
  await world.remote.hook(repository, "post-receive", `git update-ref -d refs/heads/${push.branch}`);
  try {
    expect(reasonOf(await pushBranch(push))).toBe("not_verified");
    expect(await plainGit(folder, ["for-each-ref", `refs/heads/${push.branch}`])).toBe("");
  } finally {
    await world.remote.hook(repository, "post-receive", "exit 0");
  }
});

test("S46, S48: the token is in no process's arguments or environment, in no file and no configuration", async () => {
  const push = await readyPush();
  const mark = join(world.root, "held");
  const release = join(world.root, "release");
  await world.remote.hook(
    repository,
    "pre-receive",
    `touch ${mark}; while [ -d ${world.root} ] && [ ! -e ${release} ]; do sleep 0.02; done`,
  );
  const pushing = pushBranch(push);
  await until(() => existsSync(mark));
  const seen = processes().filter(({ text }) => text.includes(world.token));
  const files = filesWith(world.root, world.token);
  const withGit = processes().filter(({ text }) => text.includes(push.branch));
  await writeFile(release, "");
  expect(await pushing).toEqual({ kind: "pushed", sha: push.sha });
  await world.remote.hook(repository, "pre-receive", "exit 0");
  expect(withGit.length).toBeGreaterThan(0);
  expect(seen).toEqual([]);
  expect(files).toEqual([]);
  expect(filesWith(world.root, world.token)).toEqual([]);
  expect(world.remote.requests.some((request) => request.user === "x-access-token")).toBe(true);
});

test("S46: a token is not sent in the clear to another machine, nor held in an address", async () => {
  const push = await readyPush();
  await expect(pushBranch({ ...push, url: "http://git.example.test/octo/sample.git" })).rejects.toThrow("use https");
  const held = "https://x:secret-secret@github.com/octo/sample.git";
  expect(() => openMirror({ home: world.home, repository, url: held })).toThrow("password");
  for (const url of [
    "ext::sh -c id",
    "--upload-pack=id",
    "file:///tmp/x",
    "-oProxyCommand=id",
    "git@-oProxyCommand:x",
  ]) {
    expect(() => openMirror({ home: world.home, repository, url })).toThrow(TypeError);
  }
  await expect(pushBranch({ ...push, branch: "--receive-pack=id" })).rejects.toThrow(TypeError);
  await expect(pushBranch({ ...push, sha: "--receive-pack=id" })).rejects.toThrow(TypeError);
});

/** Command lines and environments of every process but this one. */
function processes(): { pid: string; text: string }[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => ({ pid, text: read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`) }));
}

function filesWith(root: string, text: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => read(path).includes(text));
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

test("a push that is called off or takes too long says so, and its processes are gone", async () => {
  const push = await readyPush();
  const mark = join(world.root, "started");
  const release = join(world.root, "go-on");
  await world.remote.hook(
    repository,
    "pre-receive",
    `touch ${mark}; while [ -d ${world.root} ] && [ ! -e ${release} ]; do sleep 0.02; done; exit 1`,
  );
  try {
    const stop = new AbortController();
    const pushing = pushBranch({ ...push, signal: stop.signal });
    await until(() => existsSync(mark));
    stop.abort();
    expect(reasonOf(await pushing)).toBe("cancelled");
    expect(reasonOf(await pushBranch({ ...push, signal: stop.signal }))).toBe("cancelled");
    expect(reasonOf(await pushBranch({ ...push, timeoutMs: 300 }))).toBe("timed_out");
    await until(() => !processes().some(({ text }) => text.includes("--porcelain") && text.includes(push.branch)));
  } finally {
    await writeFile(release, "");
    await world.remote.hook(repository, "pre-receive", "exit 0");
  }
});
