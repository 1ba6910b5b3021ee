import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aRunner, aTask, openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
let env: Record<string, string>;
const project = join(home.folder, "project");
const progress = {
  activity: "editing greet.js",
  todos: [],
  turns: 2,
  inputTokens: 12_000,
  outputTokens: 800,
  costUsd: 0.25,
};
const lines = [
  { at: "2026-05-01T10:00:00.000Z", kind: "step", text: "worktree ready" },
  { at: "2026-05-01T10:00:05.000Z", kind: "say", text: "I will greet in French." },
  { at: "2026-05-01T10:00:06.000Z", kind: "tool", text: "Bash sed -i s/hello/bonjour/ greet.js" },
  { at: "2026-05-01T10:00:07.000Z", kind: "think", text: "bonjour it is" },
] as const;

const git = async (...args: string[]) =>
  (await execa("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], { cwd: project })).stdout;

/** A task whose work is a branch of the repository in `project`. */
function local(more: Partial<ReturnType<typeof aTask>> = {}) {
  const branch = more.branch ?? "feature/french";
  return aTask({
    repository: "local/project",
    issue: null,
    folder: project,
    base: "main",
    status: "in_review",
    ...more,
    branch,
    runs: more.runs ?? [aRun({ status: "completed", conclusion: "success", headSha: "b".repeat(40), progress })],
  });
}

beforeAll(async () => {
  server = await openStandIn({});
  env = { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken, TZ: "UTC" };
  mkdirSync(project);
  await git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(project, "greet.js"), "hello\n");
  await git("add", "--all");
  await git("commit", "--quiet", "-m", "Greet");
  for (const [branch, word] of [
    ["feature/french", "bonjour"],
    ["feature/german", "guten tag"],
  ] as const) {
    await git("switch", "--quiet", "-c", branch, "main");
    writeFileSync(join(project, "greet.js"), `${word}\n`);
    await git("commit", "--quiet", "-am", "Greet otherwise");
  }
  await git("switch", "--quiet", "main");
});
afterAll(async () => {
  await server.close();
  home.close();
});
beforeEach(() => {
  server.answers = {
    health: { ok: true, version: "0.1.0" },
    listTasks: { tasks: [local(), local({ id: 13, branch: "feature/german", costUsd: 1.5 })] },
    showTask: ({ params }) => ({
      task: params.task === "TASK-13" ? local({ id: 13, branch: "feature/german" }) : local(),
    }),
    taskLogs: { lines: [...lines] },
    listRunners: { runners: [aRunner()] },
    whyTask: { gates: [] },
    createTask: { task: local({ status: "waiting", runs: [] }) },
    cancelTask: { task: local({ status: "completed", conclusion: "cancelled" }) },
  };
  server.asked.length = 0;
});

const cco = (args: string[], more: Record<string, string> = {}) => home.run(args, { ...env, ...more }, project);

describe("task create", () => {
  it("sends the repository around it and the words", async () => {
    const ended = await cco([
      "task",
      "create",
      "Greet in French",
      "--branch",
      "feature/x",
      "--budget",
      "2.50",
      "--model",
      "opus",
    ]);
    expect(ended).toMatchObject({ code: 0, out: "TASK-12\n" });
    expect(server.asked[0]?.body).toMatchObject({
      folder: project,
      title: "Greet in French",
      branch: "feature/x",
      usd: 2.5,
      model: "opus",
    });
  });

  it("reads more words from a file, whose first line is the title where none is given", async () => {
    writeFileSync(join(project, "wish.md"), "# Greet in French\n\nBonjour, that is.\n");
    await cco(["task", "create", "--file", "wish.md"]);
    expect(server.asked[0]?.body).toMatchObject({ title: "Greet in French", body: "Bonjour, that is." });
    await cco(["task", "create", "Another title", "--file", "wish.md"]);
    expect(server.asked[1]?.body).toMatchObject({
      title: "Another title",
      body: expect.stringMatching(/^# Greet in French/),
    });
  });

  it("asks several times for the same, on branches of their own", async () => {
    await cco(["task", "create", "Greet", "--branch", "x", "--times", "3"]);
    expect(server.asked.map(({ body }) => (body as { branch: string }).branch)).toEqual(["x-1", "x-2", "x-3"]);
  });

  it("takes up an issue of the repository that this one was cloned from", async () => {
    await git("remote", "add", "origin", "git@github.com:octocat/hello-world.git");
    await cco(["task", "create", "--issue", "7", "--priority", "high"]);
    expect(server.asked[0]?.body).toEqual({ repository: "octocat/hello-world", issue: 7, priority: "high" });
  });

  it.each([
    { args: [], err: /It is not said what is to be done/ },
    { args: ["Greet", "--budget", "much"], err: /--budget must be dollars/ },
    { args: ["Greet", "--times", "99"], err: /from 1 to 10/ },
    { args: ["Greet", "--issue", "7"], err: /An issue has a title already/ },
    { args: ["--file", "nowhere.md"], err: /nowhere\.md cannot be read/ },
  ])("2 for $args", async ({ args, err }) => {
    const ended = await cco(["task", "create", ...args]);
    expect(ended).toMatchObject({ code: 2, out: "", err: expect.stringMatching(err) });
    expect(server.asked).toEqual([]);
  });
});

describe("what a task's work is", () => {
  it("task diff prints it, and its files for programs", async () => {
    expect((await cco(["task", "diff", "TASK-12"])).out).toMatch(/-hello\n\+bonjour\n/);
    expect((await cco(["task", "diff", "TASK-12", "--stat"])).out).toMatch(/greet\.js \| 2 \+-/);
    const { out } = await cco(["task", "diff", "TASK-12", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ files: [{ path: "greet.js", insertions: 1, deletions: 1 }] });
  });

  it("task open prints the address of its page where there is neither pull request nor issue", async () => {
    expect((await cco(["task", "open", "TASK-12"])).out).toBe(`${server.url}/tasks/TASK-12\n`);
  });

  it("task compare puts attempts side by side, also in 60 columns", async () => {
    const { out } = await cco(["task", "compare", "TASK-12"], { COLUMNS: "60" });
    expect(out.split("\n").map((line) => line.split(/ {2,}/)[0])).toEqual(["TASK", "TASK-12", "TASK-13", ""]);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    const { attempts } = JSON.parse((await cco(["task", "compare", "TASK-12", "TASK-13", "--json"])).out);
    expect(attempts).toMatchObject([
      { task: "TASK-12", changes: "1 file changed, 1 insertion(+), 1 deletion(-)" },
      { task: "TASK-13", branch: "feature/german" },
    ]);
  });

  it("task pick stops the other attempts, when somebody says yes", async () => {
    const alive = local({ id: 13, status: "in_progress", runs: [aRun()] });
    server.answers.listTasks = { tasks: [local(), alive] };
    expect(await cco(["task", "pick", "TASK-12"])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Nothing was done/),
    });
    expect(await cco(["task", "pick", "TASK-12", "--yes"])).toMatchObject({
      code: 0,
      err: expect.stringMatching(/git merge feature\/french/),
    });
    expect(server.asked.filter(({ name }) => name === "cancelTask")).toMatchObject([{ params: { task: "TASK-13" } }]);
  });
});

describe("what happened", () => {
  it.each([
    { args: ["--level", "say"], kinds: ["step", "say"] },
    { args: ["--grep", "BONJOUR"], kinds: ["tool", "think"] },
    { args: ["--since", "2026-05-01T10:00:06Z"], kinds: ["tool", "think"] },
  ])("task logs $args", async ({ args, kinds }) => {
    const { out } = await cco(["task", "logs", "TASK-12", ...args, "--json"]);
    expect(JSON.parse(out).lines.map(({ kind }: { kind: string }) => kind)).toEqual(kinds);
  });

  it("logs tells of all tasks, each line with its task", async () => {
    const { out } = await cco(["logs", "--level", "say"]);
    expect(out).toMatch(/^TASK-12 +10:00:00 step/m);
    expect(out).toMatch(/^TASK-13 +10:00:05 say {4}I will greet in French\.$/m);
    expect((await cco(["logs", "--task", "TASK-12"])).out).not.toContain("TASK-12");
  });

  it("logs --grep lets the server look through all there is, page by page, and tells the oldest first", async () => {
    const found = (at: 2 | 3) => ({
      ...lines[at],
      id: `7.${at}`,
      task: "TASK-12",
      run: 7,
      runner: "laptop",
    });
    const asked: unknown[] = [];
    server.answers.searchLogs = ({ query }: { query: unknown }) => {
      asked.push(query);
      return asked.length === 1 ? { lines: [found(3)], next: "7.12.40" } : { lines: [found(2)], next: null };
    };
    const { out } = await cco(["logs", "--grep", "BONJOUR", "--since", "2026-05-01T10:00:06Z"]);
    expect(out).toMatch(/tool .*Bash sed[\s\S]*think .*bonjour it is/);
    expect(asked).toMatchObject([
      { q: "BONJOUR", regex: "1", limit: "50", from: "2026-05-01T10:00:06.000Z" },
      { cursor: "7.12.40", limit: "49" },
    ]);
  });

  it("2 for an expression, a time and a level that cannot be read", async () => {
    for (const args of [
      ["--grep", "("],
      ["--since", "soon"],
      ["--level", "loud"],
    ])
      expect(await cco(["task", "logs", "TASK-12", ...args])).toMatchObject({ code: 2, out: "" });
  });

  it("cost adds up what runs used, for people, programs and spreadsheets", async () => {
    expect(await cco(["cost"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^TASK-12 +\$0\.25 +1 /m),
      err: "$0.50 in all.\n",
    });
    expect((await cco(["cost", "--by", "repository"])).out).toMatch(/^local\/project +\$0\.50 +2 +2 +24k +2k$/m);
    expect((await cco(["cost", "--by", "day", "--csv"])).out).toBe(
      "day,tasks,runs,input_tokens,output_tokens,usd,title\n2026-05-01,2,2,24000,1600,0.5000,\n",
    );
    expect(JSON.parse((await cco(["cost", "--json"])).out)).toMatchObject({ by: "task", usd: 0.5 });
  });

  it("instance list shows what is being worked on", async () => {
    expect(await cco(["instance", "list"])).toMatchObject({
      code: 0,
      out: "",
      err: expect.stringMatching(/Nothing is being worked on/),
    });
    server.answers.listTasks = { tasks: [local({ status: "in_progress", runs: [aRun({ progress })] })] };
    expect((await cco(["instance", "ls"])).out).toMatch(/^TASK-12 +box .*editing greet\.js$/m);
    expect(JSON.parse((await cco(["instance", "list", "--json"])).out).instances).toHaveLength(1);
  });
});

describe("what is asked of the server", () => {
  it("task edit sends what is to change, and 2 when nothing is", async () => {
    server.answers.editTask = { task: local({ priority: "high" }) };
    expect(await cco(["task", "edit", "TASK-12", "--priority", "high", "--budget", "3"])).toMatchObject({ code: 0 });
    expect(server.asked).toMatchObject([{ name: "editTask", body: { priority: "high", usd: 3 } }]);
    expect(await cco(["task", "edit", "TASK-12"])).toMatchObject({ code: 2, out: "" });
  });

  it("task rm asks, and forgets several; a name that is not there removes none", async () => {
    server.answers.removeTask = {};
    expect(await cco(["task", "rm", "TASK-12"])).toMatchObject({ code: 2, out: "" });
    expect(await cco(["task", "rm", "TASK-12", "13", "--yes"])).toMatchObject({ code: 0, out: "TASK-12\nTASK-13\n" });
    server.answers.showTask = { status: 404, code: "task_not_found", title: "There is no such task." };
    server.asked.length = 0;
    expect(await cco(["task", "rm", "TASK-12", "TASK-99", "--yes"])).toMatchObject({ code: 3, out: "" });
    expect(server.asked.filter(({ name }) => name === "removeTask")).toEqual([]);
  });

  it.each(["pause", "resume", "remove"] as const)("runner %s", async (change) => {
    server.answers.listRunners = { runners: [aRunner()] };
    server.answers[`${change}Runner`] = { runner: aRunner() };
    const ended = await cco(["runner", change, "box", ...(change === "remove" ? ["--yes"] : [])]);
    expect(ended).toMatchObject({ code: 0, out: expect.stringMatching(/^box /) });
    expect(server.asked).toMatchObject([{ name: "listRunners" }, { name: `${change}Runner`, params: { runner: "3" } }]);
  });

  it("5 from runner stop and drain where no runner works", async () => {
    for (const word of ["stop", "drain"])
      expect(await cco(["runner", word])).toMatchObject({ code: 5, err: "No runner works on this machine.\n" });
  });
});

describe("config get and set", () => {
  it("writes a setting, keeps the rest of the file, and reads it back", async () => {
    const file = join(home.folder, ".config/cc-orchestrator/config.yaml");
    expect(await cco(["config", "set", "server.port", "9090"])).toMatchObject({ code: 0 });
    writeFileSync(file, `# mine\n${readFileSync(file, "utf8")}`, { mode: 0o600 });
    await cco(["config", "set", "CC_ORCHESTRATOR_RUNNER_SLOTS", "3"]);
    expect(readFileSync(file, "utf8")).toMatch(
      /^# mine\n# yaml-language-server: \$schema=\S+\/config\.schema\.json\n\nserver:\n {2}port: 9090\nrunner:\n {2}slots: 3\n$/,
    );
    expect((await cco(["config", "get", "server.port"])).out).toBe("9090\n");
    expect(JSON.parse((await cco(["config", "get", "PORT", "--json"])).out)).toMatchObject({ value: 9090 });
    await cco(["config", "set", "server.port", "--unset"]);
    expect((await cco(["config", "get", "server.port"])).out).toBe("8080\n");
  });

  it.each([
    { args: ["server.port", "many"], code: 78, err: /server\.port/ },
    { args: ["server.prot", "1"], code: 78, err: /Did you mean server\.port\?/ },
    { args: ["ANTHROPIC_API_KEY", "sk-ant-12345678"], code: 78, err: /may not hold this/ },
    { args: ["server.port"], code: 2, err: /what to set it to/ },
  ])("$code for $args", async ({ args, code, err }) => {
    expect(await cco(["config", "set", ...args])).toMatchObject({ code, out: "", err: expect.stringMatching(err) });
  });
});

it("worktree commands look at this machine: nothing there, and 3 for a task without one", async () => {
  expect(await cco(["worktree", "list"])).toMatchObject({
    code: 0,
    out: "",
    err: expect.stringMatching(/There is none/),
  });
  expect(JSON.parse((await cco(["worktree", "list", "--json"])).out)).toEqual({ worktrees: [] });
  expect(await cco(["worktree", "path", "TASK-12"])).toMatchObject({
    code: 3,
    err: expect.stringMatching(/no worktree on this machine/),
  });
  expect(await cco(["worktree", "prune"])).toMatchObject({ code: 0, err: "There is nothing to remove.\n" });
});

it.each([
  ["task", "create", "Greet"],
  ["task", "run", "TASK-12"],
  ["task", "diff", "TASK-12"],
  ["task", "open", "TASK-12"],
  ["task", "compare", "TASK-12"],
  ["task", "pick", "TASK-12"],
  ["task", "cancel", "TASK-12"],
  ["instance", "list"],
  ["instance", "restart", "TASK-12"],
  ["logs"],
  ["events"],
  ["cost"],
])("5 while no server answers: %s %s", async (...args) => {
  const ended = await cco([...args, "--server", "http://127.0.0.1:9"]);
  expect(ended).toMatchObject({ code: 5, out: "", err: expect.stringMatching(/does not answer/) });
});

it("explain says of local work that it can be looked at, merged or made a pull request", async () => {
  const { out, err } = await cco(["explain", "TASK-12"]);
  expect(err).toBe("");
  for (const line of ["task diff TASK-12", "git merge feature/french", "task open-pr TASK-12"])
    expect(out).toContain(line);
});
