import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GitHubStandIn, openGitHub } from "#test/github/github.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aTask, openHome } from "./world.ts";

const home = openHome();
const project = join(home.folder, "website");
let folder: string;
let github: GitHubStandIn;
let server: StandIn;
let cloneUrl: string;
const git = async (...args: string[]) =>
  (await execa("git", ["-c", "user.name=Ada", "-c", "user.email=a@example.com", ...args], { cwd: project })).stdout;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cco-open-pr-"));
  github = await openGitHub({ folder });
  const files = { "greet.js": "hello\n" };
  const repository = await github.createRepository({
    ...{ owner: "acme", name: "website", private: true, install: false, files },
    collaborators: { ada: "write" },
  });
  cloneUrl = repository.cloneUrl;
  await execa("git", ["clone", "--quiet", repository.folder, project]);
  await git("switch", "--quiet", "-c", "feature/x");
  writeFileSync(join(project, "greet.js"), "bonjour\n");
  await git("commit", "--quiet", "-am", "Greet");
  const runs = [aRun({ status: "completed", conclusion: "success", headSha: "b".repeat(40), summary: "It greets." })];
  const task = { ...aTask({ issue: null, runs }), folder: project, base: "main", branch: "feature/x" };
  server = await openStandIn({ showTask: { task }, recordPullRequest: { task } });
  const config = join(home.folder, ".config/cc-orchestrator");
  mkdirSync(config, { recursive: true });
  const token = join(config, "github.token");
  writeFileSync(token, github.createUser("ada").token, { mode: 0o600 });
  const text = `github:\n  repositories: [acme/website]\n  token_path: ${token}\n`;
  writeFileSync(join(config, "config.yaml"), text, { mode: 0o600 });
});
afterAll(async () => {
  await server.close();
  await github.close();
  home.close();
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (number: number | undefined) => `${github.url}/acme/website/pull/${number}`;

const open = (...flags: string[]) =>
  home.run(
    ["task", "open-pr", "TASK-12", ...flags],
    { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken, GITHUB_API_URL: github.apiUrl },
    project,
  );

it("with the token that init keeps a local branch is pushed over https and becomes a pull request, which the server is told of", async () => {
  await git("remote", "set-url", "origin", cloneUrl);
  const { code, out, err } = await open();
  expect([code, err]).toEqual([0, ""]);
  const [pull] = github.pulls("acme/website");
  expect(pull).toMatchObject({ title: "Add a greeting", body: "It greets.", draft: true, author: "ada" });
  const url = urlOf(pull?.number);
  expect(out).toBe(`${url}\n`);
  const told = server.asked.filter(({ name }) => name === "recordPullRequest");
  const { number } = pull ?? {};
  expect(told.map(({ body }) => body)).toEqual([
    {
      by: expect.any(String),
      repository: "acme/website",
      number,
      url,
      draft: true,
      headSha: await git("rev-parse", "HEAD"),
    },
  ]);
  // It is nowhere in the repository's own settings.
  expect(await git("config", "--local", "--list")).not.toMatch(/helper|ghp_/);
});

it("what is new on the branch comes into the pull request that is open: twice is one", async () => {
  const [before] = github.pulls("acme/website");
  writeFileSync(join(project, "greet.js"), "bonsoir\n");
  await git("commit", "--quiet", "-am", "Greet at night");
  const { code, out } = await open("--json");
  expect([code, JSON.parse(out)]).toEqual([0, { task: "TASK-12", number: before?.number, url: urlOf(before?.number) }]);
  expect(github.pulls("acme/website")).toMatchObject([
    { number: before?.number, headSha: await git("rev-parse", "HEAD") },
  ]);
  expect(github.violations).toEqual([]);
});

it("a task on GitHub has its pull request from the server: its address is printed, and nothing is pushed", async () => {
  const pullRequest = { number: 4, url: "https://github.test/4", state: "open", draft: true, headSha: null } as const;
  server.answers.showTask = { task: aTask({ pullRequest }) };
  expect(await open()).toMatchObject({ code: 0, out: "https://github.test/4\n" });
});
