import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aRunner, aTask, openHome, startProgram } from "./world.ts";

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
    listTasks: { tasks: [aTask(), aTask({ id: 13, status: "queued", title: "Say goodbye" })] },
    showTask: { task: aTask({ runs: [aRun()] }) },
    listRunners: { runners: [aRunner()] },
  };
  server.asked.length = 0;
});

const cco = (...args: string[]) => home.run(args, env);
const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("what is shown", () => {
  it("lists tasks, the newest first, without colours where there is no terminal", async () => {
    const { code, out, err } = await cco("task", "list");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n").map((line) => line.split(/ {2,}/)[0])).toEqual(["TASK", "TASK-13", "TASK-12", ""]);
    expect(out).not.toContain("\u001b");
  });

  it("prints the protocol's own objects with --json, and nothing else on stdout", async () => {
    const { code, out } = await cco("task", "show", "task-12", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(server.answers.showTask);
    expect(server.asked).toMatchObject([{ name: "showTask", params: { task: "TASK-12" } }]);
  });

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

  it("puts what needs a person first in the status", async () => {
    const reason = { code: "question", sentence: "Which colour?", advice: "Answer on the issue." };
    server.answers.listTasks = {
      tasks: [aTask({ id: 1, status: "in_progress" }), aTask({ id: 2, status: "waiting", reason })],
    };
    const { code, out } = await cco("status");
    expect(code).toBe(0);
    expect(out).toMatch(
      /1 runner online, 1 of 4 slots busy[\s\S]*needs you \(1\)\nTASK-2 .*Which colour\?[\s\S]*working \(1\)/,
    );
    const json = JSON.parse((await cco("status", "--json")).out);
    expect(json).toMatchObject({ server: { url: server.url, ok: true }, tasks: [{ id: 1 }, { id: 2 }] });
  });

  it("shows a task with its reason, its runs and how to join", async () => {
    const reason = { code: "usage_limit", sentence: "The usage limit is reached.", advice: "It goes on at 14:05." };
    server.answers.showTask = { task: aTask({ status: "waiting", reason, runs: [aRun()] }) };
    const { out } = await cco("task", "show", "12");
    for (const words of ["waiting", reason.sentence, reason.advice, "✓ worktree", "tmux -L x attach", "aaaaaaaaa Add"])
      expect(out).toContain(words);
  });

  it("prints logs line by line, the last ones when asked", async () => {
    const line = { at: "2026-05-01T10:00:00.000Z", kind: "tool", text: "Bash npm test\nsecond\u001b[31m" } as const;
    server.answers.taskLogs = { lines: [line] };
    const { out } = await cco("task", "logs", "TASK-12", "--tail", "5");
    expect(out).toMatch(/^\d\d:\d\d:\d\d tool {3}Bash npm test\n {16}second\n$/);
    expect(server.asked).toMatchObject([{ name: "taskLogs", query: { tail: "5" } }]);
  });

  it("says on stderr that there is nothing", async () => {
    server.answers.listTasks = { tasks: [] };
    server.answers.listRunners = { runners: [] };
    for (const command of [
      ["task", "list"],
      ["runner", "list"],
    ]) {
      const { code, out, err } = await cco(...command);
      expect({ code, out }).toEqual({ code: 0, out: "" });
      expect(err).toMatch(/^There are no /);
    }
  });

  it("colours where it is asked to, and never with NO_COLOR", async () => {
    const coloured = await home.spawn(["task", "list"], { ...env, FORCE_COLOR: "1" });
    expect(coloured.out).toContain("\u001b[");
    const plain = await home.spawn(["task", "list"], { ...env, NO_COLOR: "1", FORCE_COLOR: "1" });
    expect(plain.out).not.toContain("\u001b[");
  });
});

describe("what is asked of the server", () => {
  it("takes an issue up", async () => {
    server.answers.createTask = { task: aTask() };
    const { code, out } = await cco(
      "task",
      "create",
      "--repository",
      "octocat/hello-world",
      "--issue",
      "7",
      "--priority",
      "high",
    );
    expect({ code, out }).toEqual({ code: 0, out: "TASK-12\n" });
    expect(server.asked).toMatchObject([
      { name: "createTask", body: { repository: "octocat/hello-world", issue: 7, priority: "high" } },
    ]);
  });

  it("stops a task and queues it again in the person's name", async () => {
    server.answers.cancelTask = { task: aTask({ status: "completed", conclusion: "cancelled" }) };
    server.answers.retryTask = { task: aTask({ status: "queued" }) };
    expect(await cco("task", "cancel", "TASK-12")).toMatchObject({ code: 0, out: "TASK-12 cancelled\n" });
    expect(await cco("task", "retry", "TASK-12")).toMatchObject({ code: 0, out: "TASK-12 queued\n" });
    expect(server.asked.map(({ name, body }) => [name, typeof (body as { by: string }).by])).toEqual([
      ["cancelTask", "string"],
      ["retryTask", "string"],
    ]);
  });

  it("lets an ended task go on, repairs its checks or brings its branch up to date", async () => {
    server.answers.followTask = { task: aTask({ status: "queued" }) };
    for (const verb of ["continue", "fix-ci", "rebase"]) {
      expect(await cco("task", verb, "TASK-12")).toMatchObject({ code: 0, out: "TASK-12 queued\n" });
    }
    expect(server.asked.map(({ name, body }) => [name, (body as { verb: string }).verb])).toEqual([
      ["followTask", "continue"],
      ["followTask", "fix-ci"],
      ["followTask", "rebase"],
    ]);
  });

  it("prints nothing but the token on stdout", async () => {
    server.answers.createRunnerToken = { token: "one-time-token-of-the-test", expiresAt: "2026-05-01T11:00:00.000Z" };
    const { out, err } = await cco("runner", "token");
    expect(out).toBe("one-time-token-of-the-test\n");
    expect(err).toContain(`runner register --server ${server.url}`);
    expect(err).not.toContain("one-time-token-of-the-test");
  });

  it("registers a runner and keeps its credential for its owner alone", async () => {
    server.answers.register = { runnerId: 9, credential: "credential-of-the-runner" };
    const token = "one-time-token-of-the-test";
    const flags = ["--server", server.url, "--token", token, "--name", "box", "--labels", "linux,gpu", "--slots", "3"];
    const more = ["--repository", "octocat/a", "--repository", "octocat/b"];
    const { code, out, err } = await home.run(["runner", "register", ...flags, ...more]);
    expect({ code, out }).toEqual({ code: 0, out: "box\n" });
    expect(out + err).not.toContain("credential-of-the-runner");
    const asked = { name: "box", labels: ["linux", "gpu"], slots: 3, repositories: ["octocat/a", "octocat/b"] };
    expect(server.asked).toMatchObject([{ name: "register", token: null, body: { token, ...asked } }]);
    const path = join(home.state, "runner/registration.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    const kept = { server: server.url, runnerId: 9, credential: "credential-of-the-runner", ...asked };
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(kept);
  });
});

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
    expect(await cco("version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
