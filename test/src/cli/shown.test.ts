import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aRunner, aTask, openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
let env: Record<string, string>;

beforeAll(async () => {
  server = await openStandIn({});
  env = { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken };
});
afterAll(async () => {
  await server.close();
  home.close();
});
beforeEach(() => {
  server.answers = {
    health: { ok: true, version: "0.1.0" },
    listTasks: { tasks: [aTask()] },
    listRunners: { runners: [aRunner()] },
  };
  server.asked.length = 0;
});

const cco = (...args: string[]) => home.run(args, env);
const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("what is shown", () => {
  it("fits a terminal of 60 columns on one line each", async () => {
    const title = "A very long title that goes on and on and on until nobody reads it any more";
    server.answers.listTasks = { tasks: [aTask({ title }), aTask({ id: 13, title: "世界".repeat(40) })] };
    const narrow = await home.run(["task", "list"], { ...env, COLUMNS: "60" });
    expect(widest(narrow.out)).toBeLessThanOrEqual(60);
    expect(narrow.out.trimEnd().split("\n")).toHaveLength(3);
    expect(narrow.out).toContain("…");
    const piped = await cco("task", "list");
    expect(piped.out).toContain(title);
    for (const command of [["status"], ["runner", "list"]]) {
      const { out } = await home.run(command, { ...env, COLUMNS: "60" });
      expect(widest(out)).toBeLessThanOrEqual(60);
    }
  });

  it("S39 shows a hostile title as text that no terminal obeys", async () => {
    const title = "safe\u001b]0;pwned\u0007\u001b[2J\u009b31m\u001bP$q\u001b\\ \u202eevil\u2066\r\n\u001bcend\u0000";
    server.answers.listTasks = { tasks: [aTask({ title })] };
    server.answers.showTask = { task: aTask({ title, runs: [aRun({ attach: title })] }) };
    for (const command of [["task", "list"], ["task", "show", "TASK-12"], ["status"]]) {
      const { code, out } = await cco(...command);
      expect(code).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(out).toContain("\\u202eevil");
      expect(out).not.toContain("pwned");
    }
    const json = await cco("task", "list", "--json");
    expect(json.out).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(JSON.parse(json.out)).toEqual(server.answers.listTasks);
  });

  it("prints logs line by line, the last ones when asked", async () => {
    const line = { at: "2026-05-01T10:00:00.000Z", kind: "tool", text: "Bash npm test\nsecond\u001b[31m" } as const;
    server.answers.taskLogs = { lines: [line] };
    const { out } = await cco("task", "logs", "TASK-12", "--tail", "5");
    expect(out).toMatch(/^\d\d:\d\d:\d\d tool {3}Bash npm test\n {16}second\n$/);
    expect(server.asked).toMatchObject([{ name: "taskLogs", query: { tail: "5" } }]);
  });

  it("puts the queue in the order in which it is taken", async () => {
    const queued = [aTask({ id: 3, status: "queued" }), aTask({ id: 2, status: "blocked" })];
    server.answers.listTasks = { tasks: [...queued, aTask({ id: 4, status: "queued", priority: "high" })] };
    expect((await cco("status")).out).toMatch(/queued \(3\)\nTASK-4.*\nTASK-2.*\nTASK-3/);
  });

  it("says on stderr that there is nothing", async () => {
    server.answers.listTasks = { tasks: [] };
    server.answers.listRunners = { runners: [] };
    for (const command of [
      ["task", "list"],
      ["runner", "list"],
      ["instance", "list"],
      ["worktree", "list"],
      ["worktree", "prune"],
    ]) {
      const { code, out, err } = await cco(...command);
      expect({ code, out }).toEqual({ code: 0, out: "" });
      expect(err).toMatch(/^(There (are no|is none|is nothing)|Nothing is) /);
    }
  });

  it("colours where it is asked to, and never with NO_COLOR", async () => {
    const coloured = await home.spawn(["task", "list"], { ...env, FORCE_COLOR: "1" });
    expect(coloured.out).toContain("\u001b[");
    const plain = await home.spawn(["task", "list"], { ...env, NO_COLOR: "1", FORCE_COLOR: "1" });
    expect(plain.out).not.toContain("\u001b[");
  });
});
