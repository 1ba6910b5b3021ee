import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { needs, type PeopleRoute } from "#domain/access/needs.ts";
import { livePath, type RequestOf, routes } from "#protocol/routes.ts";
import { clientOf, tokenOf } from "#test/src/http/signed-in.ts";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";

/** A body that each route accepts, so that only the role decides. */
const bodies = {
  createTask: { repository: "acme/website", issue: 1 },
  cancelTask: { by: "somebody else" },
  retryTask: { by: "somebody else" },
  answerTask: { by: "somebody else", text: "2" },
  approveTask: { by: "somebody else" },
  sayToTask: { by: "somebody else", text: "Be brief." },
  takeOverTask: { by: "somebody else" },
  followTask: { by: "somebody else", verb: "continue" },
  editTask: { priority: "high" },
  recordPullRequest: {
    by: "somebody else",
    repository: "acme/website",
    number: 4,
    url: "https://github.test/4",
    draft: true,
    headSha: null,
  },
  prioritiseTask: { priority: "high" },
  remarkOnDiff: { by: "somebody else", remarks: [{ path: "a.ts", line: 1, quote: "", text: "Why?" }] },
  pauseRunner: { by: "somebody else", note: "", drain: false },
  sendAgain: { receiver: "ops" },
} satisfies { [N in PeopleRoute]?: RequestOf<N> };
const names = Object.keys(needs) as PeopleRoute[];

let world: World;
let task: string;
beforeAll(async () => {
  world = await openWorld({ runner: false, admins: ["Root"] });
  const { github, repo } = world;
  await github.createRepository({
    owner: "acme",
    name: "hidden",
    private: true,
    files: { "README.md": "# Hidden\n" },
    collaborators: { grace: "write" },
    labels: { claude: "5319e7" },
  });
  await github.createRepository({
    owner: "acme",
    name: "open",
    private: false,
    files: { "README.md": "# Open\n" },
    collaborators: { tim: "triage" },
  });
  for (const login of ["mallory", "root"]) github.createUser(login);
  const ask = async (repository: string, by: string, title: string) => {
    const issue = github.as(by).openIssue(repository, { title });
    github.as(by).label(repository, issue, "claude");
    return until(`the task ${title}`, async () => {
      const { tasks } = await world.operator("listTasks", { query: { repository } });
      return tasks.find((one) => one.title === title) ?? null;
    });
  };
  task = (await ask(repo, "ada", "Greet politely")).name;
  await ask("acme/hidden", "grace", "A secret plan");
}, 60_000);
afterAll(() => world?.close());

async function ask(login: string, name: PeopleRoute, body: object = {}): Promise<{ status: number; text: string }> {
  const { method, path } = routes[name];
  const filled = path.replace(":task", task).replace(":runner", "3").replace(":integration", "ops");
  const given = { ...((bodies as Record<string, object>)[name] ?? {}), ...body };
  const answer = await fetch(world.server.url + filled, {
    method,
    headers: { authorization: `Bearer ${tokenOf(world, login)}`, "content-type": "application/json" },
    ...(method === "POST" ? { body: JSON.stringify(given) } : {}),
  });
  return { status: answer.status, text: await answer.text() };
}

const isRefused = ({ status }: { status: number }) => status === 403 || status === 401;

describe("who is signed in, by their role in the task's repository (S36)", () => {
  it.each(names)("%s", async (name) => {
    const { kind } = needs[name];
    const [eve, mallory] = [await ask("eve", name), await ask("mallory", name)];
    const isOfTask = kind === "sees" || kind === "deed" || kind === "follows";
    // Whoever sees the task may not yet do anything to it; whoever does not is not told that there is one.
    expect(eve.status === 403, `eve: ${eve.status} ${eve.text}`).toBe(kind !== "signed_in" && kind !== "sees");
    expect(mallory.status, mallory.text).toBe(isOfTask ? 404 : kind === "signed_in" ? 200 : 403);
    expect(mallory.text).not.toMatch(/secret plan|Greet politely/);
    expect(eve.text).not.toMatch(/hidden|secret plan/);
    if (name === "removeTask" || name === "cancelTask") return;
    const ada = await ask("ada", name);
    // No more than a refusal for how things stand.
    expect(isRefused(ada), `ada: ${ada.status} ${ada.text}`).toBe(kind === "admin" || kind === "tends");
    const root = await ask("root", name);
    expect(isRefused(root), `root: ${root.status} ${root.text}`).toBe(false);
  });

  it("is told what it takes", async () => {
    expect(JSON.parse((await ask("eve", "retryTask")).text)).toMatchObject({
      code: "role_too_low",
      title: "This takes the role write in acme/website; eve has read there.",
    });
    expect(JSON.parse((await ask("ada", "showOperating")).text)).toMatchObject({ code: "not_an_administrator" });
    expect(await ask("ada", "reconcile", { repository: "acme/website" })).toMatchObject({ status: 200 });
    expect(await ask("ada", "removeTask")).toMatchObject({ status: 403 });
    expect(await ask("ada", "createTask", { repository: "acme/hidden" })).toMatchObject({ status: 403 });
    expect(await ask("ada", "createTask", { repository: "acme/nothing" })).toMatchObject({ status: 404 });
  });
});

test("each task says what the one who asks may do", async () => {
  const shown = async (login: string) => (await clientOf(world, login)("listTasks")).tasks;
  expect(await shown("mallory")).toEqual([]);
  expect(await shown("eve")).toMatchObject([{ name: task, may: [] }]);
  expect((await shown("ada"))[0]?.may).toContain("retry");
  expect((await shown("ada"))[0]?.may).not.toContain("remove");
  expect((await shown("grace")).map(({ title }) => title)).toEqual(["A secret plan"]);
  expect(await shown("root")).toHaveLength(2);
  expect((await world.operator("showTask", { params: { task } })).task.may).toBeUndefined();
});

test("what is done is done in the name of whoever is signed in, and a role that was taken away counts at once", async () => {
  const { github, repo } = world;
  const ada = clientOf(world, "ada");
  await ada("sayToTask", { params: { task }, body: { by: "eve", text: "Be brief." } });
  github.setRole(repo, "ada", "read");
  await expect(ada("sayToTask", { params: { task }, body: { by: "ada", text: "Again." } })).rejects.toThrow(
    "role write",
  );
  expect((await ada("listTasks")).tasks[0]?.may).toEqual([]);
  github.setRole(repo, "ada", "write");
  const { entries } = await world.operator("listAudit", { query: {} });
  expect(entries.slice(0, 2)).toMatchObject([
    { by: "ada", action: "sayToTask", subject: task, refusal: expect.stringContaining("role write") },
    { by: "ada", action: "sayToTask", subject: task, refusal: null, place: "program", address: "127.0.0.1" },
  ]);
});

const writes = names.filter((name) => routes[name].method === "POST" && name !== "removeTask");
test.each(writes)("%s stands in the audit log with who asked for it, from where, and what came of it", async (name) => {
  const { status } = await ask("root", name);
  const { entries } = await world.operator("listAudit", { query: { limit: 1 } });
  expect(entries).toMatchObject([{ by: "root", action: name, place: "program", address: "127.0.0.1" }]);
  expect(entries[0]?.refusal === null).toBe(status === 200);
  const refused = await ask("mallory", name);
  const { entries: next } = await world.operator("listAudit", { query: { limit: 1 } });
  expect(refused.status).toBeGreaterThanOrEqual(403);
  expect(next).toMatchObject([{ by: "mallory", action: name, refusal: expect.any(String) }]);
});

test("people see what others did to a task that they see, and not what was refused", async () => {
  const ada = clientOf(world, "ada");
  await ada("prioritiseTask", { params: { task }, body: { priority: "normal" } });
  const { acts } = await clientOf(world, "eve")("listActs", { params: { task } });
  expect(acts[0]).toMatchObject({ task, by: "ada", action: "prioritiseTask", place: "program" });
  expect(acts.some(({ by }) => by === "mallory")).toBe(false);
  expect(JSON.stringify(acts)).not.toContain("127.0.0.1");
  await expect(clientOf(world, "mallory")("listActs", { params: { task } })).rejects.toThrow("There is no");
});

test("the live stream holds what its reader sees, and says what they may do", async () => {
  // What she may is asked anew when she does something.
  await clientOf(world, "ada")("sayToTask", { params: { task }, body: { by: "ada", text: "Be brief." } });
  const stop = new AbortController();
  const heard = { ada: "", mallory: "", root: "" };
  for (const login of Object.keys(heard) as (keyof typeof heard)[]) {
    const answer = await fetch(world.server.url + livePath, {
      headers: { authorization: `Bearer ${tokenOf(world, login)}` },
      signal: stop.signal,
    });
    void (async () => {
      for await (const piece of answer.body ?? []) heard[login] += Buffer.from(piece).toString();
    })().catch(() => undefined);
  }
  const { tasks } = await world.operator("listTasks");
  for (const { name } of tasks)
    await world.operator("prioritiseTask", { params: { task: name }, body: { priority: "low" } });
  await until("both tasks in the stream", () => (heard.root.match(/"priority":"low"/g)?.length ?? 0) >= 2 || null);
  await until("her task in the stream", () => heard.ada.includes("Greet politely") || null);
  expect(heard.ada).toContain('"may":["answer"');
  expect(heard.ada).not.toMatch(/hidden|secret plan/);
  expect(heard.ada).toContain(`"kind":"act","task":"${task}"`);
  expect(heard.mallory).not.toMatch(/data: .*"body"/);
  stop.abort();
});

test("nobody but the operator sees what lies on the server's machine, and readers of what is public see no work", async () => {
  expect((await clientOf(world, "tim")("listTasks")).tasks).toEqual([]);
  const local = { folder: "/", title: "x", by: "tim" };
  // A repository beside the folder makes it no wish about that repository.
  for (const repository of [undefined, "acme/website"]) {
    const body = { repository, issue: "none", ...local };
    expect(await ask("ada", "createTask", body)).toMatchObject({ status: 403 });
  }
  expect(world.github.violations).toEqual([]);
});
