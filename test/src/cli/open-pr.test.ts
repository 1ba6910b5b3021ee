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
  server = await openStandIn({ showTask: { task } });
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

const open = () =>
  home.run(
    ["task", "open-pr", "TASK-12"],
    { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken, GITHUB_API_URL: github.apiUrl },
    project,
  );

it("with the token that init keeps a local branch is pushed over https and becomes a pull request; twice is one", async () => {
  await git("remote", "set-url", "origin", cloneUrl);
  const { code, out, err } = await open();
  expect([code, err]).toEqual([0, ""]);
  const [pull] = github.pulls("acme/website");
  expect(pull).toMatchObject({ title: "Add a greeting", draft: true, author: "ada", headRef: "feature/x" });
  expect(out).toContain(`/acme/website/pull/${pull?.number}`);
  expect((await open()).out).toBe(out);
  expect(github.pulls("acme/website")).toHaveLength(1);
  // It is nowhere in the repository's own settings.
  expect(await git("config", "--local", "--list")).not.toMatch(/helper|ghp_/);
  expect(github.violations).toEqual([]);
});
