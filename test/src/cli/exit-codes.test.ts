import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRunner, aTask, openHome, startProgram } from "./world.ts";

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

describe("exit codes", () => {
  it.each([
    { what: "wrong use: an unknown command", args: ["tsak"], code: 2, err: /unknown command 'tsak'/ },
    { what: "wrong use: an unknown flag", args: ["task", "list", "--jsn"], code: 2, err: /Did you mean --json/ },
    { what: "wrong use: a missing argument", args: ["task", "show"], code: 2, err: /missing required argument/ },
    {
      what: "wrong use: a bad name",
      args: ["task", "show", "TASK-x"],
      code: 2,
      err: /not the name of a task[\s\S]*TASK-12/,
    },
    { what: "wrong use: no words after a group", args: ["task"], code: 2, err: /Usage: / },
    {
      what: "wrong use: a bad repository",
      args: ["task", "create", "--repository", "x", "--issue", "1"],
      code: 2,
      err: /owner\/name/,
    },
    {
      what: "wrong use: a bad number",
      args: ["task", "create", "--repository", "a/b", "--issue", "0"],
      code: 2,
      err: /whole number/,
    },
    { what: "wrong use: no token to register", args: ["runner", "register"], code: 2, err: /runner token/ },
    { what: "not found", args: ["task", "logs", "TASK-99"], code: 3, err: /no such thing/ },
    {
      what: "configuration: not registered",
      args: ["runner", "start", "--home", "/nonexistent/cco"],
      code: 78,
      err: /runner register/,
    },
    {
      what: "S01 configuration: an App without a webhook secret",
      more: { APP_ID: "1" },
      args: ["web", "start"],
      code: 78,
      err: /WEBHOOK_SECRET[\s\S]*openssl/,
    },
    { what: "the same by its other name", more: { APP_ID: "1" }, args: ["serve"], code: 78, err: /WEBHOOK_SECRET/ },
    {
      what: "configuration of both programs",
      more: { APP_ID: "x" },
      args: ["up", "--slots", "0"],
      code: 78,
      err: /APP_ID[\s\S]*--slots/,
    },
  ])("$code for $what", async ({ args, code, err, more }) => {
    const ended = await home.run(args, { ...env, ...more });
    expect(ended.out).toBe("");
    expect(ended.err).toMatch(err);
    expect(ended.code).toBe(code);
  });

  it("1 when the server refuses, with its sentence and its advice", async () => {
    server.answers.retryTask = {
      status: 409,
      code: "not_finished",
      title: "TASK-12 is not finished.",
      advice: "Cancel it first.",
    };
    expect(await cco("task", "retry", "TASK-12")).toEqual({
      code: 1,
      out: "",
      err: "TASK-12 is not finished.\nCancel it first.\n",
    });
  });

  it("4 without the operator's token, telling where it is", async () => {
    const { code, err } = await home.run(["task", "list"], { CC_ORCHESTRATOR_SERVER: server.url });
    expect(code).toBe(4);
    expect(err).toContain("operator.token");
  });

  it("5 when no server answers, with what to do", async () => {
    const gone = await openStandIn({});
    await gone.close();
    for (const command of [["status"], ["task", "list"], ["runner", "token"]]) {
      const { code, out, err } = await home.run([...command, "--server", gone.url]);
      expect({ code, out }).toEqual({ code: 5, out: "" });
      expect(err).toContain(`The server at ${gone.url} does not answer.`);
      expect(err).not.toContain("    at ");
      expect(err).toContain("cc-orchestrator web start");
    }
    expect((await home.run(["--verbose", "status", "--server", gone.url])).err).toContain("ECONNREFUSED");
  });

  it.each([
    { args: ["task", "list"], code: 0 },
    { args: ["version"], code: 0 },
    { args: ["--help"], code: 0 },
    { args: ["task", "list", "--nonsense"], code: 2 },
    { args: ["task", "logs", "TASK-99"], code: 3 },
    { args: ["status", "--server", "http://127.0.0.1:9"], code: 5 },
    { args: ["web", "start", "--port", "none"], code: 78 },
  ])("$code for a script that runs $args", async ({ args, code }) => {
    const ended = await home.spawn(args, env);
    expect(ended.code).toBe(code);
    expect(code === 0 ? ended.err : ended.out).toBe("");
    expect(code === 0 ? ended.out : ended.err).not.toBe("");
  });

  it("130 when it is interrupted while it waits", async () => {
    server.answers.listTasks = () => new Promise<never>(() => undefined);
    const waiting = startProgram(home.folder, ["task", "list"], { HOME: home.folder, ...env });
    waiting.url.catch(() => undefined);
    await expect.poll(() => server.asked.length, { timeout: 10_000 }).toBe(1);
    waiting.kill("SIGINT");
    expect((await waiting.ended).code).toBe(130);
  });

  it("0 for help and version, on stdout", async () => {
    expect(await cco("--help")).toMatchObject({ code: 0, err: "", out: expect.stringContaining("Exit codes") });
    expect(await cco("task", "list", "--help")).toMatchObject({ code: 0, out: expect.stringContaining("--status") });
    expect(await cco("help", "runner")).toMatchObject({ code: 0, out: expect.stringContaining("register") });
    const { out } = await cco("help", "task", "create");
    expect(out).toContain("Usage: cc-orchestrator task create");
    expect(out).toBe((await cco("task", "create", "--help")).out);
    expect(await cco("version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
