import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { joiningOf } from "#cli/terminal-place.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openTerminal, type TestTerminal } from "./terminal.ts";
import { aRun, aTask, openHome } from "./world.ts";

const run = promisify(execFile);
const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const soon = { timeout: 10_000, interval: 50 };
/** Where the run's terminal is, as a runner keeps it. */
const socket = `cco-test-${randomUUID().slice(0, 8)}`;
const tmux = (...args: string[]) => run("tmux", ["-L", socket, "-f", "/dev/null", ...args]);
const attachOf = (name: string) => `tmux -u -L ${socket} attach-session -t =${name}`;
const home = openHome();
const temporary = join(home.folder, "tmp");
let server: StandIn;
const terminals: TestTerminal[] = [];

beforeAll(async () => {
  server = await openStandIn({});
  mkdirSync(temporary);
  await tmux("new-session", "-d", "-s", "task-12", "sh", "-c", "echo the screen of Claude; exec cat");
});
beforeEach(() => {
  server.answers.showTask = { task: aTask({ runs: [aRun({ attach: attachOf("task-12") })] }) };
});
afterEach(async () => {
  for (const one of terminals.splice(0)) await one.close();
});
afterAll(async () => {
  const path = (await tmux("display-message", "-p", "#{socket_path}")).stdout.trim();
  await tmux("kill-server");
  rmSync(path, { force: true });
  await server.close();
  home.close();
});

const env = () => ({
  HOME: home.folder,
  PATH: process.env.PATH ?? "",
  CC_ORCHESTRATOR_SERVER: server.url,
  CC_ORCHESTRATOR_TOKEN: operatorToken,
  TMPDIR: temporary,
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function attach(...flags: string[]): Promise<TestTerminal> {
  const command = `'${process.execPath}' '${program}' attach TASK-12 ${flags.join(" ")}`;
  const terminal = await openTerminal(command, { folder: home.folder, env: env(), columns: 120, rows: 40 });
  terminals.push(terminal);
  return terminal;
}

describe("attach", () => {
  it("F36 joins the terminal of the run, from within another tmux too, and leaves it running", async () => {
    const terminal = await attach();
    await expect.poll(() => terminal.screen(), soon).toContain("the screen of Claude");
    await terminal.type("a word from me");
    await expect.poll(() => terminal.screen(), soon).toMatch(/a word from me\na word from me/);
    await tmux("detach-client", "-s", "task-12");
    await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
    expect((await tmux("list-sessions")).stdout).toContain("task-12");
  });

  it("lets nothing through with --read-only", async () => {
    const terminal = await attach("--read-only");
    await expect.poll(() => terminal.screen(), soon).toContain("the screen of Claude");
    await terminal.type("not for you");
    expect((await tmux("list-clients", "-F", "#{client_readonly}")).stdout).toBe("1\n");
    expect((await tmux("capture-pane", "-p", "-t", "task-12")).stdout).not.toContain("not for you");
  });

  it("lets several people in at once", async () => {
    const [one, other] = [await attach(), await attach("--read-only")];
    for (const each of [one, other]) await expect.poll(() => each.screen(), soon).toContain("the screen of Claude");
    await one.type("both see this");
    await expect.poll(() => other.screen(), soon).toContain("both see this");
  });

  it("has a shell in its worktree beside it with --layout split, and ends it with itself", async () => {
    const tree = join(home.state, "runner/tasks/octocat+hello-world-TASK-12/work/tree");
    mkdirSync(tree, { recursive: true });
    const terminal = await attach("--layout", "split");
    await expect.poll(() => terminal.screen(), soon).toContain("the screen of Claude");
    await terminal.press("C-b", "o");
    await terminal.type("pwd | tail -c 16");
    await expect.poll(() => terminal.screen(), soon).toContain("12/work/tree");
    await terminal.press("C-b", "d");
    await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
    expect((await tmux("list-sessions")).stdout).toContain("task-12");
    rmSync(join(home.state, "runner"), { recursive: true });
    const without = await attach("--layout", "split");
    await expect.poll(() => without.screen(), soon).toMatch(/has no worktree[\s\S]*--home[\s\S]*ended 1/);
  });

  it("ends what only showed it when the window is closed", async () => {
    const worktree = join(home.state, "runner/tasks/octocat+hello-world-TASK-12/work/tree");
    mkdirSync(worktree, { recursive: true });
    const terminal = await attach("--layout", "full");
    await expect.poll(() => terminal.screen(), soon).toContain("the screen of Claude");
    const [view = ""] = readdirSync(temporary).filter((name) => name.startsWith("cco-view-"));
    const own = ["-S", join(temporary, view, "view")];
    const panes = (await run("tmux", [...own, "list-panes", "-a", "-F", "#{pane_pid}"])).stdout.trim().split("\n");
    expect(panes).toHaveLength(3);
    await terminals.pop()?.close();
    await expect.poll(() => panes.filter((pid) => isAlive(Number(pid))), soon).toEqual([]);
    await expect.poll(() => readdirSync(temporary).filter((name) => name.startsWith("cco-")), soon).toEqual([]);
    expect((await tmux("list-sessions")).stdout).toContain("task-12");
    expect((await tmux("list-clients", "-t", "task-12")).stdout).toBe("");
  });

  it("has what else is going on below it with --layout full", async () => {
    mkdirSync(join(home.state, "runner/tasks/octocat+hello-world-TASK-12/work/tree"), { recursive: true });
    Object.assign(server.answers, {
      health: { ok: true, version: "0.1.0" },
      listTasks: { tasks: [aTask()] },
      listRunners: { runners: [] },
    });
    const terminal = await attach("--layout", "full");
    await expect.poll(() => terminal.screen(), soon).toMatch(/the screen of Claude[\s\S]*cc-orchestrator 0\.1\.0/);
    await terminal.press("C-b", "d");
    await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
  });

  it("shows several tasks beside each other", async () => {
    await tmux("new-session", "-d", "-s", "task-13", "sh", "-c", "echo another screen; exec cat");
    server.answers.showTask = ({ params: { task = "" } }) => {
      const id = Number(task.slice(5));
      return { task: aTask({ id, runs: [aRun({ attach: attachOf(`task-${id}`) })] }) };
    };
    const terminal = await attach("TASK-13", "--read-only");
    await expect.poll(() => terminal.screen(), soon).toMatch(/the screen of Claude.*another screen/);
    await terminal.press("C-b", "d");
    await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
    expect(await home.run(["attach", "12", "13", "--layout", "full"], env())).toMatchObject({ code: 2 });
  });

  it("says that the terminal is on another machine, and which runner has it", async () => {
    server.answers.showTask = { task: aTask({ runs: [aRun({ attach: attachOf("task-99"), runner: "far" })] }) };
    const terminal = await attach();
    await expect.poll(() => terminal.screen(), soon).toMatch(/not on this machine[\s\S]*runner far[\s\S]*ended 1/);
  });

  it.each([
    { what: "not running", task: aTask({ status: "queued", runs: [] }), says: "TASK-12 is not running: queued" },
    {
      what: "being prepared",
      task: aTask({ runs: [aRun({ attach: null })] }),
      says: "TASK-12 is being prepared and has no terminal yet.",
    },
  ])("says that a task is $what", async ({ task, says }) => {
    server.answers.showTask = { task };
    const { code, err } = await home.run(["attach", "TASK-12"], env());
    expect({ code, first: err.split("\n")[0] }).toEqual({ code: 1, first: says });
  });

  it("tells a program how, and a pipe that it is no terminal", async () => {
    const { out } = await home.run(["attach", "TASK-12", "--read-only", "--json"], env());
    expect(JSON.parse(out)).toMatchObject({
      task: "TASK-12",
      runner: "box",
      command: ["tmux", "-u", "-L", socket, "attach-session", "-r", "-t", "=task-12"],
    });
    expect(await home.run(["attach", "TASK-12"], env())).toMatchObject({ code: 2 });
  });

  it.each([
    "sh -c evil",
    "tmux -u -L x attach-session -t =a ; run-shell evil",
    "tmux -u -L x run-shell evil",
    "tmux -f evil.conf -L x attach-session -t =a",
    "tmux -u -L x attach-session -t =#(evil)",
    "/tmp/tmux -L x attach-session -t =a",
    "",
  ])("S40 runs nothing but a join, whatever the server says: %s", async (said) => {
    expect(joiningOf(said, false)).toBeNull();
    server.answers.showTask = { task: aTask({ runs: [aRun({ attach: said })] }) };
    expect(await home.run(["attach", "TASK-12"], env())).toMatchObject({ code: 1, out: "" });
  });
});
