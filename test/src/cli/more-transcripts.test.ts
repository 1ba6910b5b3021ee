import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openTerminal } from "./terminal.ts";
import { aRun, aTask, openHome } from "./world.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const home = openHome();
const project = join(home.folder, "project");
let server: StandIn;
let env: Record<string, string>;
beforeAll(async () => {
  server = await openStandIn({});
  env = { HOME: home.folder, PATH: process.env.PATH ?? "" };
  env = { ...env, CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken };
  mkdirSync(project);
  await execa("git", ["init", "--quiet", "--initial-branch=main", project]);
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  home.close();
});

it("task create --file - reads the task from stdin", async () => {
  server.answers.createTask = { task: aTask({}) };
  const ended = await execa(process.execPath, [program, "task", "create", "--file", "-"], {
    cwd: project,
    env,
    extendEnv: false,
    input: "Greet in French\n\nSay bonjour.\n",
    timeout: 20_000,
  });
  expect(ended.stdout).toContain("TASK-12");
  expect(server.asked.find(({ name }) => name === "createTask")?.body).toMatchObject({
    title: "Greet in French",
    body: "Say bonjour.",
  });
});

it("instance restart stops the run, waits for its end and starts the next, for people and programs", async () => {
  const ended = aTask({ runs: [aRun({ status: "completed", conclusion: "cancelled" })] });
  server.answers.cancelTask = { task: ended };
  const begun = aTask({ status: "in_progress", runs: [aRun({ status: "in_progress", attach: "tmux" })] });
  const isBegun = () => server.asked.at(-2)?.name === "retryTask";
  server.answers.showTask = () => ({ task: isBegun() ? begun : ended });
  server.answers.retryTask = { task: begun };
  const { code, out } = await home.run(["instance", "restart", "TASK-12"], env);
  expect({ code, out }).toEqual({ code: 0, out: "TASK-12 in progress\n" });
  const changes = () => server.asked.map(({ name }) => name).filter((name) => /^(cancel|retry)/.test(name));
  expect(changes()).toEqual(["cancelTask", "retryTask"]);
  server.asked.length = 0;
  const json = await home.run(["instance", "restart", "TASK-12", "--json=name,status"], env);
  expect(JSON.parse(json.out)).toEqual({ task: { name: "TASK-12", status: "in_progress" } });
});

it("config edit opens the editor, and says what is wrong with what it left; 2 without a terminal", async () => {
  expect(await home.run(["config", "edit"], env)).toMatchObject({ code: 2, out: "" });
  const editor = "f() { echo 'server: { prot: 1 }' > \"$1\"; }; f";
  const command = `'${process.execPath}' '${program}' config edit`;
  const terminal = await openTerminal(command, { folder: home.folder, env: { ...env, VISUAL: editor } });
  try {
    await expect.poll(() => terminal.screen(), { timeout: 10_000, interval: 50 }).toContain("ended 78");
    expect(await terminal.screen()).toContain("prot");
    expect(readFileSync(join(home.folder, ".config/cc-orchestrator/config.yaml"), "utf8")).toContain("prot");
  } finally {
    await terminal.close();
  }
});
