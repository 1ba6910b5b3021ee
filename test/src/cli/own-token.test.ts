import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aTask, openHome } from "./world.ts";

const home = openHome();
const project = join(home.folder, "project");
const bare = join(home.folder, "hello-world.git");
let server: StandIn;
let env: Record<string, string>;
let asked: { method: string; url: string; token: string | undefined; body: string }[] = [];
let answer: { status: number; body: unknown } = { status: 201, body: {} };
const api = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  asked.push({ method: request.method ?? "", url: request.url ?? "", token: request.headers.authorization, body });
  response.writeHead(answer.status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(answer.body));
});
const git = async (...args: string[]) =>
  (await execa("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], { cwd: project })).stdout;

beforeAll(async () => {
  server = await openStandIn({});
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  env = {
    CC_ORCHESTRATOR_SERVER: server.url,
    CC_ORCHESTRATOR_TOKEN: operatorToken,
    GITHUB_API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    GITHUB_TOKEN: "ghp_of-the-test",
  };
  mkdirSync(project);
  await git("init", "--quiet", "--initial-branch=main");
  await git("commit", "--quiet", "--allow-empty", "-m", "Begin");
  await git("switch", "--quiet", "-c", "feature/x");
  await git("commit", "--quiet", "--allow-empty", "-m", "Greet");
  await git("switch", "--quiet", "main");
  await git("init", "--quiet", "--bare", bare);
  await git("remote", "add", "origin", "https://github.com/octocat/hello-world.git");
  await git("config", `url.${home.folder}/.insteadOf`, "https://github.com/octocat/");
});
afterAll(async () => {
  await server.close();
  api.close();
  home.close();
});
beforeEach(() => {
  asked = [];
  const runs = [aRun({ status: "completed", conclusion: "success", headSha: "b".repeat(40), summary: "It greets." })];
  const task = {
    ...aTask({ issue: null, status: "in_review", runs }),
    folder: project,
    base: "main",
    branch: "feature/x",
  };
  server.answers = { showTask: { task }, createTask: { task } };
  server.asked.length = 0;
});
const cco = (args: string[], more: Record<string, string> = {}) => home.run(args, { ...env, ...more }, project);

it("task open-pr says what to do without a token, and what GitHub said when it refuses", async () => {
  const without = await cco(["task", "open-pr", "TASK-12"], { GITHUB_TOKEN: "", PATH: "/usr/bin:/bin" });
  expect(without).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringMatching(/no token for GitHub[\s\S]*GITHUB_TOKEN/),
  });
  answer = { status: 403, body: { message: "Resource not accessible by personal access token" } };
  expect(await cco(["task", "open-pr", "TASK-12"])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/refused \(403\): Resource not accessible/),
  });
});

it("task create --issue takes up an issue of the repository that this one was cloned from", async () => {
  await cco(["task", "create", "--issue", "7", "--priority", "high"]);
  expect(server.asked[0]?.body).toEqual({ repository: "octocat/hello-world", issue: 7, priority: "high" });
});

it("task create --import makes a task of each open issue with the label, and none of pull requests", async () => {
  const issue = (number: number, more = {}) => ({ number, title: `Bug ${number}`, body: "It breaks.", ...more });
  answer = { status: 200, body: [issue(3), issue(4, { pull_request: {} }), issue(5, { body: null })] };
  expect(await cco(["task", "create", "--import", "label:bug"])).toMatchObject({ code: 0 });
  expect(asked[0]?.url).toBe("/repos/octocat/hello-world/issues?labels=bug&state=open&per_page=100&direction=asc");
  expect(server.asked.map(({ body }) => body)).toMatchObject([
    { title: "Bug 3", body: "It breaks.\n\n(From issue octocat/hello-world#3.)", folder: project },
    { title: "Bug 5", body: "(From issue octocat/hello-world#5.)" },
  ]);
  answer = { status: 200, body: [] };
  expect(await cco(["task", "create", "--import", "label:none"])).toMatchObject({ code: 3, out: "" });
  expect(await cco(["task", "create", "--import", "bug"])).toMatchObject({ code: 2, out: "" });
});

it("runner install shows the unit first, and writes it only when somebody says yes", async () => {
  const shown = await cco(["runner", "install", "--kind", "systemd"]);
  expect(shown).toMatchObject({ code: 1, err: expect.stringMatching(/Nothing was written/) });
  expect(shown.out).toMatch(/^ExecStart=\S+ \S+ runner start$/m);
  expect(shown.out).toMatch(/^KillMode=process$/m);
  const plist = JSON.parse((await cco(["runner", "install", "--kind", "launchd", "--json"])).out);
  expect(plist).toMatchObject({
    written: false,
    path: join(home.folder, "Library/LaunchAgents/cc-orchestrator.runner.plist"),
  });
  expect(plist.content).toContain("<string>runner</string>");
});
