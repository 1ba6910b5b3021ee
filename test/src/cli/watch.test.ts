import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openTerminal, type TestTerminal } from "./terminal.ts";
import { aRunner, aTask, openHome } from "./world.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
let home: ReturnType<typeof openHome>;
let server: StandIn;
const terminals: TestTerminal[] = [];
const soon = { timeout: 10_000, interval: 50 };

beforeEach(async () => {
  home = openHome();
  server = await openStandIn({
    health: { ok: true, version: "0.1.0" },
    listTasks: { tasks: [aTask({ id: 1, title: "Say hello" }), aTask({ id: 2, status: "queued", title: "Wait" })] },
    listRunners: { runners: [aRunner()] },
  });
});
afterEach(async () => {
  for (const one of terminals.splice(0)) await one.close();
  await server.close();
  home.close();
});

const env = () => ({
  HOME: home.folder,
  PATH: process.env.PATH ?? "",
  CC_ORCHESTRATOR_SERVER: server.url,
  CC_ORCHESTRATOR_TOKEN: operatorToken,
});
async function watch(size: { columns?: number; rows?: number } = {}): Promise<TestTerminal> {
  const command = `echo before; '${process.execPath}' '${program}' status --watch`;
  const terminal = await openTerminal(command, { folder: home.folder, env: env(), ...size });
  terminals.push(terminal);
  return terminal;
}

describe("status --watch", () => {
  it("shows what needs a person first, follows every change, and leaves with q", async () => {
    const terminal = await watch();
    await expect.poll(() => terminal.screen(), soon).toMatch(/q leaves\n1 runner online[\s\S]*working \(1\)\nTASK-1/);
    expect(await terminal.screen()).not.toContain("before");
    const reason = { code: "question", sentence: "Which colour?" };
    server.tell({ kind: "task", task: aTask({ id: 1, status: "waiting", reason }) });
    await expect
      .poll(() => terminal.screen(), soon)
      .toMatch(/needs you \(1\)\nTASK-1 .*Which colour\?[\s\S]*queued \(1\)/);
    server.tell({ kind: "runner", runner: aRunner({ state: "offline" }) });
    await expect.poll(() => terminal.screen(), soon).toContain("1 offline");
    await terminal.press("q");
    await expect.poll(() => terminal.screen(), soon).toMatch(/^before\nended 0$/m);
  });

  it("fits the window, also when it is made smaller, and gives the terminal back at Ctrl-C", async () => {
    const tasks = Array.from({ length: 30 }, (_, at) => aTask({ id: at + 1, title: "x".repeat(200) }));
    server.answers.listTasks = { tasks };
    const terminal = await watch({ columns: 100, rows: 20 });
    await expect.poll(() => terminal.screen(), soon).toMatch(/… \d+ more$/m);
    await terminal.resize(60, 10);
    await expect
      .poll(async () => Math.max(...(await terminal.screen()).split("\n").map((line) => line.length)), soon)
      .toBeLessThanOrEqual(60);
    await expect.poll(() => terminal.screen(), soon).toMatch(/^cc-orchestrator [\s\S]*… 2\d more$/m);
    await terminal.press("C-c");
    await expect.poll(() => terminal.screen(), soon).toMatch(/ended 130$/m);
    // The terminal echoes again.
    await expect.poll(() => terminal.screen(), soon).not.toContain("TASK-");
  });

  it("prints one JSON object per line for a program", async () => {
    const child = execa(process.execPath, [program, "status", "--watch", "--json"], {
      env: env(),
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    await expect.poll(() => out.split("\n").length - 1, soon).toBe(1);
    server.tell({ kind: "task", task: aTask({ id: 1, status: "in_review" }) });
    await expect.poll(() => out.split("\n").length - 1, soon).toBe(2);
    const [before, after] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(before.tasks[0].status).toBe("in_progress");
    expect(after.tasks[0].status).toBe("in_review");
    child.kill("SIGINT");
    expect((await child).exitCode).toBe(130);
  });

  it("says what to do without a terminal, and without a server", async () => {
    expect(await home.run(["status", "--watch"], env())).toMatchObject({
      code: 2,
      err: expect.stringContaining("--json"),
    });
    const gone = await home.run(["status", "--watch", "--json", "--server", "http://127.0.0.1:9"], env());
    expect(gone).toMatchObject({ code: 5, out: "" });
  });
});
