import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, expect, it } from "vitest";
import { openTerminals } from "#runner/terminal/terminals.ts";
import { openModel } from "#test/model/model.ts";
import { openFiles } from "../../../src/config/files.ts";
import { readRunnerSettings } from "../../../src/config/runner.ts";
import { openHome, startInside } from "./world.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const root = join(import.meta.dirname, "../../..");

/** A developer's own repository, the model's stand-in, and nothing of GitHub: `web start` as one types it. */
async function openDesk() {
  const home = openHome();
  ends.push(() => home.close());
  const bash = { name: "Bash", input: { command: "sed -i s/hello/bonjour/ greet.js" } };
  const model = await openModel({ scripts: { default: [{ text: "I change it.", tools: [bash] }, { text: "Done." }] } });
  ends.push(() => model.close());
  const project = join(home.folder, "project");
  mkdirSync(project);
  const git = async (...args: string[]) =>
    (await execa("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], { cwd: project })).stdout;
  await git("init", "--quiet", "--initial-branch=trunk");
  writeFileSync(join(project, "greet.js"), "export const greet = () => 'hello';\n");
  await git("add", "--all");
  await git("commit", "--quiet", "-m", "Greet");
  mkdirSync(join(project, ".github"));
  writeFileSync(join(project, ".github/cc-orchestrator.yml"), "verify: [grep -q bonjour greet.js]\n");

  const env = { HOME: home.folder, ANTHROPIC_API_KEY: model.key, ANTHROPIC_BASE_URL: model.url };
  const reading = readRunnerSettings(env, await openFiles(env, null), {}, "local-runner");
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  const { home: runnerHome, tmuxSocket } = reading.config;
  ends.push(() => openTerminals({ home: runnerHome, socket: tmuxSocket }).killServer());
  const claude = join(root, "node_modules/.bin/claude");
  const web = startInside(home.folder, ["web", "start", "--port", "0", "--claude", claude], env);
  ends.push(() => {
    web.kill("SIGTERM");
    return web.ended;
  });
  const url = await web.url;
  const cco = (args: string[], folder = project) => home.run([...args, "--server", url], {}, folder);
  return { home, project, git, web, url, cco };
}

it("without a GitHub App, a task becomes a branch of the repository on this machine", {
  timeout: 120_000,
}, async () => {
  const { project, git, cco } = await openDesk();
  expect(await cco(["task", "create", "Greet in French", "--branch", "feature/french"])).toMatchObject({
    code: 0,
    out: "TASK-1\n",
    err: "Nobody has started it yet. Start it: cc-orchestrator instance spawn --task TASK-1\n",
  });
  expect((await cco(["status"])).out).toMatch(/needs you \(1\)\n.*TASK-1 +waiting +local\/project/);

  const spawned = await cco(["instance", "spawn", "--task", "TASK-1"]);
  expect(spawned).toMatchObject({ code: 0, out: "TASK-1 in progress\n" });
  expect(spawned.err).toContain("Watch it: cc-orchestrator attach TASK-1");
  await cco(["task", "logs", "TASK-1", "--follow"]);

  const { task } = JSON.parse((await cco(["task", "show", "TASK-1", "--json"])).out);
  expect(task).toMatchObject({ status: "in_review", folder: project, base: "trunk", branch: "feature/french" });
  expect(await git("log", "--format=%s", "trunk..feature/french")).toBe("Greet in French");
  expect(await git("show", "feature/french:greet.js")).toContain("bonjour");
  // The person's own working copy is as it was.
  expect(await git("symbolic-ref", "--short", "HEAD")).toBe("trunk");
  expect(readFileSync(join(project, "greet.js"), "utf8")).toContain("hello");
  expect(await git("status", "--short")).toBe("?? .github/");
});
