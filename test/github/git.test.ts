import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type Bench, openBench, withGitToken } from "./bench.ts";

async function clone(bench: Bench, name: string, url: string, token?: string): Promise<string> {
  const folder = join(bench.folder, name);
  await mkdir(folder);
  await bench.git(folder, ...(token ? withGitToken(token) : []), "clone", "--quiet", url, ".");
  return folder;
}

async function commitFile(bench: Bench, folder: string, path: string, text: string): Promise<string> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), text);
  await bench.git(folder, "add", ".");
  await bench.git(folder, "commit", "--quiet", "-m", `Write ${path}`);
  return (await bench.git(folder, "rev-parse", "HEAD")).trim();
}

test("a public repository is read by anyone; pushing takes contents: write", async () => {
  await using bench = await openBench();
  const { repo } = bench;
  const work = await clone(bench, "work", repo.cloneUrl);
  const sha = await commitFile(bench, work, "a.txt", "a\n");
  const push = (...auth: string[]) => bench.git(work, ...auth, "push", "--quiet", "origin", "HEAD:refs/heads/topic");
  await expect(push()).rejects.toThrow();
  const reader = await bench.mint({ permissions: { contents: "read" } });
  await expect(push(...withGitToken(reader))).rejects.toThrow("denied to cc-orchestrator[bot]");
  const writer = await bench.mint({ repositories: ["engine"], permissions: { contents: "write" } });
  await push(...withGitToken(writer));
  expect(await bench.github.branchSha(repo.fullName, "topic")).toBe(sha);
});

test("a private repository is hidden from strangers and from tokens of other repositories", async () => {
  await using bench = await openBench();
  const { github } = bench;
  const secret = await github.createRepository({ owner: "ada", name: "secret", private: true, files: { a: "a" } });
  await expect(clone(bench, "anonymous", secret.cloneUrl)).rejects.toThrow();
  const elsewhere = await bench.mint({ repositories: ["engine"] });
  await expect(clone(bench, "elsewhere", secret.cloneUrl, elsewhere)).rejects.toThrow(/not found/i);
  await clone(bench, "own", secret.cloneUrl, await bench.mint({ repositories: ["secret"] }));
  await clone(bench, "owner", secret.cloneUrl, github.createUser("ada").token);
  expect((await fetch(`${github.apiUrl}/repos/ada/secret`)).status).toBe(404);
});

test("a push moves the pull request, and force pushes, tags and deletions are told as GitHub tells them", async () => {
  await using bench = await openBench();
  const { github, repo, octokit, receiver } = bench;
  const at = { owner: "ada", repo: "engine" };
  const auth = withGitToken(await bench.mint());
  const work = await clone(bench, "work", repo.cloneUrl);
  const push = (...args: string[]) => bench.git(work, ...auth, "push", "--quiet", "origin", ...args);
  const first = await commitFile(bench, work, "a.txt", "a\n");
  await push("HEAD:refs/heads/topic");
  const { data: pull } = await octokit.rest.pulls.create({ ...at, title: "T", head: "topic", base: "main" });
  const second = await commitFile(bench, work, "b.txt", "b\n");
  await push("HEAD:refs/heads/topic", "HEAD:refs/tags/v1");
  await bench.git(work, "reset", "--quiet", "--hard", first);
  const third = await commitFile(bench, work, "c.txt", "c\n");
  await push("--force", "HEAD:refs/heads/topic");
  await github.idle();
  const of = (event: string) => receiver.received.filter((one) => one.event === event).map(({ payload }) => payload);
  expect(of("push")).toMatchObject([
    { ref: "refs/heads/topic", created: true, forced: false, commits: [{ id: first, added: ["a.txt"] }] },
    { ref: "refs/heads/topic", before: first, after: second, commits: [{ id: second, added: ["b.txt"] }] },
    { ref: "refs/tags/v1", created: true },
    { ref: "refs/heads/topic", forced: true, commits: [{ id: third }], sender: { type: "Bot" } },
  ]);
  expect(of("pull_request").slice(1)).toMatchObject([
    { action: "synchronize", before: first, after: second, pull_request: { commits: 2 } },
    { action: "synchronize", before: second, after: third, pull_request: { head: { sha: third } } },
  ]);
  const suites = of("check_suite").map((payload) => (payload.check_suite as { head_sha: string }).head_sha);
  expect(suites).toEqual([first, second, third]);
  await bench.git(work, "fetch", "--quiet", "origin", `refs/pull/${pull.number}/head`);
  expect((await bench.git(work, "rev-parse", "FETCH_HEAD")).trim()).toBe(third);
  await expect(push("HEAD:refs/pull/1/head")).rejects.toThrow();
  await push("--delete", "refs/heads/topic");
  await github.idle();
  expect(of("delete")).toMatchObject([{ ref: "topic", ref_type: "branch" }]);
  expect(github.pulls(repo.fullName)).toMatchObject([{ state: "closed", merged: false }]);
  expect(github.violations).toEqual([]);
});

test("ten pushes at once all arrive, each told once", async () => {
  await using bench = await openBench();
  const { github, repo } = bench;
  const work = await clone(bench, "work", repo.cloneUrl);
  await commitFile(bench, work, "a.txt", "a\n");
  const auth = withGitToken(await bench.mint());
  const branches = Array.from({ length: 10 }, (_, n) => `topic/${n}`);
  await Promise.all(
    branches.map((name) => bench.git(work, ...auth, "push", "--quiet", "origin", `HEAD:refs/heads/${name}`)),
  );
  await github.idle();
  expect(await github.branches(repo.fullName)).toHaveLength(11);
  expect(bench.events().filter((event) => event === "push")).toHaveLength(10);
});

test("changing a workflow takes the workflows permission", async () => {
  await using bench = await openBench();
  const { repo } = bench;
  const work = await clone(bench, "work", repo.cloneUrl);
  await commitFile(bench, work, ".github/workflows/ci.yml", "on: push\n");
  const push = (token: string) =>
    bench.git(work, ...withGitToken(token), "push", "--quiet", "origin", "HEAD:refs/heads/ci");
  await expect(push(await bench.mint({ permissions: { contents: "write" } }))).rejects.toThrow(
    "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission",
  );
  await push(await bench.mint({ permissions: { contents: "write", workflows: "write" } }));
  expect(await bench.github.branchSha(repo.fullName, "ci")).not.toBeNull();
});

test("closing in the middle of a push ends its git process and does not hang", async () => {
  await using bench = await openBench();
  const { github, repo } = bench;
  const { hostname, port } = new URL(github.url);
  const auth = Buffer.from(`x:${await bench.mint()}`).toString("base64");
  const socket = connect(Number(port), hostname);
  socket.on("error", () => socket.destroy());
  socket.write(
    `POST /${repo.fullName}.git/git-receive-pack HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${auth}\r\n` +
      "Content-Type: application/x-git-receive-pack-request\r\nContent-Length: 4000\r\n\r\n00a5 half a line",
  );
  await vi.waitFor(() => expect(github.exchanges).toBe(1), { timeout: 5000, interval: 20 });
  const started = performance.now();
  await github.close();
  expect(performance.now() - started).toBeLessThan(5000);
  expect(github.exchanges).toBe(0);
  expect(github.violations).toEqual([]);
});

test("a push larger than git's buffer arrives whole, and a clone with much to negotiate gets it", async () => {
  await using bench = await openBench();
  const { github, repo } = bench;
  const work = await clone(bench, "work", repo.cloneUrl);
  const auth = withGitToken(await bench.mint());
  await writeFile(join(work, "large.bin"), randomBytes(3 * 1024 * 1024));
  const sha = await commitFile(bench, work, "a.txt", "a\n");
  await bench.git(work, ...auth, "push", "--quiet", "origin", "HEAD:refs/heads/large");
  expect(await github.branchSha(repo.fullName, "large")).toBe(sha);
  // More than 1,024 bytes of what it has already: git compresses such a request.
  const other = await clone(bench, "other", repo.cloneUrl);
  for (let n = 0; n < 40; n += 1) await bench.git(other, "commit", "--quiet", "--allow-empty", "-m", `${n}`);
  await github.as("ada").push(repo.fullName, { message: "More", files: { "more.txt": "more\n" } });
  await bench.git(other, "fetch", "--quiet", "origin");
  expect((await bench.git(other, "rev-parse", "origin/main")).trim()).toBe(
    await github.branchSha(repo.fullName, "main"),
  );
});

test("renamed, removed, binary and oddly named files are told as GitHub tells them, and no path leaves the repository", async () => {
  await using bench = await openBench();
  const { github, repo, octokit } = bench;
  const at = { owner: "ada", repo: "engine" };
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`).join("\n");
  await github.as("ada").push(repo.fullName, { message: "Long", files: { "a.txt": lines, "b.txt": "b\n" } });
  const odd = 'dir/odd "näme".txt';
  const sha = await github.as("ada").push(repo.fullName, {
    branch: "topic",
    message: "Move",
    files: { "a.txt": null, "moved.txt": `${lines}\nmore\n`, "b.txt": null, "c.bin": "\0\u0001\0", [odd]: "x\n" },
  });
  const { data: pull } = await octokit.rest.pulls.create({ ...at, title: "T", head: "topic", base: "main" });
  const { data: files } = await octokit.rest.pulls.listFiles({ ...at, pull_number: pull.number });
  expect(files.toSorted((x, y) => (x.filename < y.filename ? -1 : 1))).toMatchObject([
    { filename: "b.txt", status: "removed", additions: 0, deletions: 1 },
    { filename: "c.bin", status: "added", changes: 0 },
    { filename: odd, status: "added", additions: 1, patch: "@@ -0,0 +1 @@\n+x" },
    { filename: "moved.txt", status: "renamed", previous_filename: "a.txt" },
  ]);
  const { data: content } = await octokit.rest.repos.getContent({ ...at, path: odd, ref: sha });
  expect(content).toMatchObject({ path: odd, content: "eAo=\n" });
  for (const path of ["../engine.git/config", "dir/../../x", "%ZZ", "nothing.txt"]) {
    const answer = await fetch(
      `${github.apiUrl}/repos/ada/engine/contents/${path === "%ZZ" ? path : encodeURIComponent(path)}`,
    );
    expect(answer.status, path).toBe(404);
  }
  expect(github.violations).toEqual([]);
});
