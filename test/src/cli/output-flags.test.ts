import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aTask, openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
const cco = (...args: string[]) =>
  home.run(args, { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken });

beforeAll(async () => {
  server = await openStandIn({});
});
beforeEach(() => {
  server.answers = {
    listTasks: { tasks: [aTask({ status: "in_progress", runs: [aRun({})] })] },
    showTask: { task: aTask({}) },
    listRunners: { runners: [] },
    sayToTask: { task: aTask({ status: "in_progress" }) },
  };
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  home.close();
});

describe("fields of --json", () => {
  it("picks those of each thing, in lists and of one", async () => {
    const some = { tasks: [{ name: "TASK-12", status: "in_progress" }] };
    expect(JSON.parse((await cco("task", "list", "--json", "name,status")).out)).toEqual(some);
    expect(JSON.parse((await cco("task", "list", "--json=name,status")).out)).toEqual(some);
    expect(JSON.parse((await cco("task", "show", "--json=name", "TASK-12")).out)).toEqual({
      task: { name: "TASK-12" },
    });
    // The name of a task behind the flag stays what it is.
    expect(JSON.parse((await cco("task", "show", "--json", "TASK-12")).out).task.name).toBe("TASK-12");
  });

  it("2 for a field that there is not, with those that there are", async () => {
    const { code, out, err } = await cco("task", "list", "--json=name,colour");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/no field colour\.[\s\S]*branch, conclusion/);
    expect(await cco("task", "list", "--json=")).toMatchObject({ code: 2, out: "" });
  });
});

it("--quiet leaves the talk out, and neither results nor errors", async () => {
  server.answers.listTasks = { tasks: [] };
  expect((await cco("instance", "list")).err).not.toBe("");
  expect(await cco("instance", "list", "--quiet")).toEqual({ code: 0, out: "", err: "" });
  expect((await cco("--quiet", "status", "--server", "http://127.0.0.1:9")).code).toBe(5);
  expect((await cco("--quiet", "status", "--server", "http://127.0.0.1:9")).err).not.toBe("");
});

describe("words and takeovers", () => {
  it("instance send tells Claude, as task say does", async () => {
    expect(await cco("instance", "send", "TASK-12", "Be", "brief")).toMatchObject({
      code: 0,
      out: "TASK-12 in progress\n",
    });
    expect(server.asked.at(-1)).toMatchObject({ name: "sayToTask", body: { text: "Be brief" } });
  });

  it("instance takeover waits until the session is the person's, and says where its screen is", async () => {
    const held = aTask({ status: "in_progress", runs: [aRun({ takeover: { by: "mona", state: "held" } })] });
    server.answers.takeOverTask = { task: held };
    server.answers.showTask = { task: held };
    const { code, out, err } = await cco("instance", "takeover", "TASK-12");
    expect({ code, out }).toEqual({ code: 0, out: "TASK-12 taken over\n" });
    expect(err).toContain("cc-orchestrator attach TASK-12");
    expect(JSON.parse((await cco("instance", "takeover", "TASK-12", "--json")).out)).toEqual({ task: held });
  });

  it("1 when the run ended before it could be taken over", async () => {
    server.answers.takeOverTask = { task: aTask({}) };
    server.answers.showTask = { task: aTask({ runs: [aRun({ status: "completed", conclusion: "success" })] }) };
    const { code, err } = await cco("instance", "takeover", "TASK-12");
    expect({ code }).toEqual({ code: 1 });
    expect(err).toContain("came to its end before");
  });

  it("instance handback waits until the run has the session again", async () => {
    server.answers.handBackTask = { task: aTask({}) };
    server.answers.showTask = { task: aTask({ status: "in_progress", runs: [aRun({})] }) };
    expect(await cco("instance", "handback", "TASK-12")).toEqual({ code: 0, out: "TASK-12 handed back\n", err: "" });
    expect(JSON.parse((await cco("instance", "handback", "TASK-12", "--json=name")).out)).toEqual({
      task: { name: "TASK-12" },
    });
    server.answers.handBackTask = {
      status: 409,
      code: "not_taken_over",
      title: "Nobody has taken TASK-12 over.",
      advice: "See how it stands: cc-orchestrator task show TASK-12",
    };
    expect(await cco("instance", "handback", "TASK-12")).toMatchObject({ code: 1, out: "" });
  });
});
