import { describe, expect, it } from "vitest";
import { ProblemError } from "#operations/problem-error.ts";
import { Problem } from "#protocol/problem.ts";
import { livePath, type RequestOf, type RouteName, routes, webhookPath } from "#protocol/routes.ts";
import { taskShown } from "#test/shown.ts";
import { asOperator, asRunner, json, runner, sendRaw, serving } from "./serving.ts";

/** A body that each route accepts; a new route does not compile without one. */
const bodies: { [N in RouteName]: RequestOf<N> } = {
  health: {},
  signInWays: {},
  signInByToken: { token: "t".repeat(20) },
  listTasks: {},
  showTask: {},
  whyTask: {},
  taskLogs: {},
  listRunners: {},
  createRunnerToken: {},
  wants: { held: [], heard: [], told: [], waitSeconds: 0 },
  register: {
    token: "t".repeat(20),
    name: "laptop",
    labels: [],
    slots: 1,
    version: "1",
    sandbox: "none",
    repositories: [],
  },
  claim: { freeSlots: 1, waitSeconds: 0 },
  heartbeat: { held: [], freeSlots: 1, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false },
  report: {
    epoch: 1,
    reports: [{ seq: 1, at: "2026-01-01T00:00:00Z", body: { kind: "step", step: "push", state: "passed" } }],
  },
  credential: { epoch: 1, access: "read" },
  release: { epoch: 1 },
  abandoned: { tasks: ["TASK-1"] },
  createTask: { repository: "octo/sample", issue: 5 },
  cancelTask: { by: "ada" },
  retryTask: { by: "ada" },
  followTask: { by: "ada", verb: "continue" },
  answerTask: { by: "ada", text: "2" },
  approveTask: { by: "ada" },
  sayToTask: { by: "ada", text: "Be brief." },
  takeOverTask: { by: "ada" },
  handBackTask: {},
  editTask: { priority: "high" },
  removeTask: {},
  recordPullRequest: {
    by: "ada",
    repository: "octo/sample",
    number: 4,
    url: "https://github.test/4",
    draft: true,
    headSha: null,
  },
  reconcile: {},
  listIntegrations: {},
  testIntegration: {},
  listMessages: {},
  prioritiseTask: { priority: "high" },
  showDiff: {},
  remarkOnDiff: { by: "ada", remarks: [{ path: "a.ts", line: 1, quote: "", text: "Why?" }] },
  pauseRunner: { by: "ada", note: "", drain: false },
  resumeRunner: {},
  removeRunner: {},
  listRunnerLoads: {},
  showInsights: {},
  searchLogs: {},
  listActs: {},
  listPresence: {},
  showOperating: {},
  listAudit: {},
  sendAgain: { receiver: "ops" },
  registerJob: { token: "t".repeat(40), run: 4, version: "1", sandbox: "none" },
  heldRun: {},
};

const names = Object.keys(routes) as RouteName[];
const pathOf = (name: RouteName) =>
  routes[name].path
    .replace(":task", "TASK-12")
    .replace(":runner", "3")
    .replace(":run", "4")
    .replace(":integration", "ops");

function ask(url: string, name: RouteName, headers: Record<string, string>): Promise<Response> {
  const { method } = routes[name];
  const init = { method, headers: { ...json, ...headers } };
  return fetch(url + pathOf(name), method === "GET" ? init : { ...init, body: JSON.stringify(bodies[name]) });
}

async function problemIn(answer: Response): Promise<Problem> {
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  const problem = Problem.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  return problem;
}

describe("every route of the table (S36)", () => {
  const bearers = {
    nobody: {},
    "somebody unknown": { authorization: "Bearer something" },
    "a runner": asRunner,
    "an operator": asOperator,
    "a basic login": { authorization: `Basic ${btoa("a:b")}` },
  };
  const expected = { anybody: [], runner: ["a runner"], operator: ["an operator"] };
  const matrix = names.flatMap((name) =>
    Object.entries(bearers).map(([who, headers]) => [name, who, headers] as const),
  );

  it.each(matrix)("%s for %s", async (name, who, headers) => {
    const { url } = await serving();
    const answer = await ask(url, name, headers);
    const { audience, response } = routes[name];
    const isKnown = who === "a runner" || who === "an operator";
    const status = audience === "anybody" || expected[audience].includes(who as never) ? 200 : isKnown ? 403 : 401;
    expect(answer.status).toBe(status);
    if (status === 200) response.parse(await answer.json());
    else await problemIn(answer);
    if (status === 401) expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  it.each(names)("%s is there for its own method only", async (name) => {
    const { url } = await serving();
    const answer = await fetch(url + pathOf(name), { method: "DELETE", headers: asOperator });
    expect((await problemIn(answer)).code).toBe("method_not_allowed");
    expect(answer.headers.get("allow")).toContain(routes[name].method);
  });

  it("and nothing else", async () => {
    const { url } = await serving();
    for (const path of ["/api/nothing", "/api/Health", "/api", "/api/tasks/", "/"]) {
      const answer = await fetch(url + path, { headers: asOperator });
      expect((await problemIn(answer)).code).toBe("not_found");
    }
  });

  it("live changes are for operators", async () => {
    const { url } = await serving();
    expect((await fetch(url + livePath)).status).toBe(401);
    expect((await fetch(url + livePath, { headers: asRunner })).status).toBe(403);
  });
});

describe("a request", () => {
  it("is told everything that is wrong with it", async () => {
    const { url } = await serving();
    const init = { method: "POST", headers: { ...json, ...asRunner } };
    const answer = await fetch(`${url}/api/runs/x/credential`, { ...init, body: '{"epoch":"one","access":"all"}' });
    const { title, code } = await problemIn(answer);
    expect([answer.status, code]).toEqual([400, "invalid_request"]);
    for (const place of ["path.run", "body.epoch", "body.access"]) expect(title).toContain(place);
  });

  it.each([
    "/api/tasks?repository=../../etc",
    "/api/tasks?repository=a/b&repository=c/d",
    "/api/tasks/TASK-12/logs?tail=-1",
  ])("with a bad query is refused: %s", async (path) => {
    const { url } = await serving();
    const { title } = await problemIn(await fetch(url + path, { headers: asOperator }));
    expect(title).toContain("query.");
  });

  it.each(["/api/tasks/%zz", "/api/tasks/TASK-0", "/api/tasks/%2e%2e%2fhealth"])("for %s is 400", async (path) => {
    const { url } = await serving();
    const answer = await fetch(url + path, { headers: asOperator });
    expect([answer.status, (await problemIn(answer)).code]).toEqual([400, "invalid_request"]);
  });

  it.each([
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
  ])('with the body type "%s" is 415 (S34)', async (type) => {
    const { url } = await serving();
    const headers = { ...asOperator, "content-type": type };
    const answer = await fetch(`${url}/api/runner-tokens`, { method: "POST", headers, body: Buffer.from("{}") });
    expect((await problemIn(answer)).status).toBe(415);
  });

  it.each(["{", "[1,", "nul", '"text"', '{"a":\u0000}', `${"[".repeat(100_000)}`])(
    "with the body %s is 400",
    async (body) => {
      const { url } = await serving();
      const answer = await fetch(`${url}/api/runner-tokens`, {
        method: "POST",
        headers: { ...asOperator, ...json },
        body,
      });
      expect((await problemIn(answer)).status).toBe(400);
    },
  );

  it("compressed is 415, so that a small one cannot grow", async () => {
    const { url } = await serving();
    const headers = { ...asOperator, ...json, "content-encoding": "gzip" };
    const answer = await fetch(`${url}/api/runner-tokens`, { method: "POST", headers, body: "x" });
    expect((await problemIn(answer)).status).toBe(415);
  });

  it("may have 256 KiB, reports 8 MiB, and not more", async () => {
    const { url } = await serving();
    const send = async (path: string, headers: object, bytes: number) => {
      const body = `{"epoch":1,"reports":[],"pad":"${"x".repeat(bytes)}"}`;
      return (await fetch(url + path, { method: "POST", headers: { ...json, ...headers }, body })).status;
    };
    expect(await send("/api/runner-tokens", asOperator, 255 * 1024)).toBe(200);
    expect(await send("/api/runner-tokens", asOperator, 256 * 1024)).toBe(413);
    expect(await send("/api/runs/1/reports", asRunner, 8_380_000)).toBe(400);
    expect(await send("/api/runs/1/reports", asRunner, 8 * 1024 * 1024)).toBe(413);
  });

  it("from a stranger is refused before its body is read", async () => {
    const { url } = await serving();
    const head = "POST /api/runs/1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    const answer = await sendRaw(url, `${head}Connection: close\r\nContent-Length: 8000000\r\n\r\n{`);
    expect(answer).toContain("HTTP/1.1 401");
  });
});

describe("an answer", () => {
  it("holds what the contract names and nothing else", async () => {
    const leaky = { ...runner, credentialHash: "secret" };
    const { url } = await serving({ handlers: { listRunners: () => ({ runners: [leaky] }) } });
    expect(await (await ask(url, "listRunners", asOperator)).json()).toEqual({ runners: [runner] });
  });

  it("is the problem that the handler throws", async () => {
    const problem = { status: 409, code: "lease_lost", title: "The lease is lost.", advice: "Stop the instance." };
    const refuse = () => {
      throw new ProblemError(problem);
    };
    const { url, logged } = await serving({ handlers: { release: refuse, showTask: async () => refuse() } });
    expect(await problemIn(await ask(url, "release", asRunner))).toEqual(problem);
    expect(await problemIn(await ask(url, "showTask", asOperator))).toEqual(problem);
    expect(logged).toEqual([]);
  });

  it("tells nothing of a failure; the log does", async () => {
    const { url, logged } = await serving({
      handlers: {
        listTasks: () => {
          throw new Error("SQLITE_CORRUPT in /home/ada");
        },
        showTask: () => ({ task: taskShown({ name: "12" }) }),
      },
    });
    for (const name of ["listTasks", "showTask"] as const) {
      const answer = await ask(url, name, asOperator);
      const text = await answer.text();
      expect([answer.status, JSON.parse(text)]).toMatchObject([500, { code: "internal" }]);
      expect(text).not.toMatch(/SQLITE|ada|name/);
    }
    expect(logged.map(({ details }) => details)).toMatchObject([
      { path: "/api/tasks" },
      { path: "/api/tasks/TASK-12" },
    ]);
  });
});

it("webhooks are handed on with the bytes as they came", async () => {
  const { url } = await serving();
  const body = Buffer.from([0x7b, 0xff, 0x00, 0x0a]);
  const answer = await fetch(url + webhookPath, { method: "POST", headers: { "content-type": "text/x" }, body });
  expect([answer.status, await answer.text()]).toEqual([202, body.toString("hex")]);
});
