import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { routes } from "#protocol/routes.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { until } from "#test/world/until.ts";
import { canHaveItsDisk, type ServerProcess, startServerProcess } from "./server-process.ts";
import { label as labelled, openWebsite, type Website } from "./website.ts";

let website: Website;
let github: GitHubStandIn;
let server: ServerProcess;

beforeEach(async () => {
  website = await openWebsite();
  github = website.github;
});
afterEach(async () => {
  await server?.end("SIGKILL");
  await website.close();
});

async function start(diskBytes: number | null): Promise<void> {
  server = await startServerProcess(website.folder, github, 0, 0, diskBytes);
  github.connectWebhook(`${server.url}/api/github/webhooks`);
}

const label = (title: string): number => labelled(github, title, "long ".repeat(8_000));

async function issuesOfTasks(): Promise<number[]> {
  const { tasks } = await server.operator("listTasks", {});
  return tasks.map(({ issue }) => issue?.number ?? 0).toSorted((a, b) => a - b);
}

/** What the newest labelling was answered. */
async function answered() {
  await github.idle();
  const { statusCode, response } = github.deliveries().findLast(({ action }) => action === "labeled") ?? {};
  return { status: statusCode, text: response?.payload, retryAfter: response?.headers["retry-after"] };
}

/** How a write of the operator is answered. */
async function writing() {
  const token = readFileSync(join(server.home, "operator.token"), "utf8").trim();
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(`${server.url}${routes.createRunnerToken.path}`, {
    method: "POST",
    headers,
    body: "{}",
    signal,
  });
  return { status: answer.status, retryAfter: answer.headers.get("retry-after"), body: await answer.json() };
}

// A small disk needs user namespaces, which some machines do not give.
test.skipIf(!canHaveItsDisk())(
  "a full disk: webhooks and writes are answered 507 with a sentence, reads go on, and nothing is lost when there is room (F27)",
  async () => {
    await start(8_000_000);
    const issues = [label("before")];
    expect(await answered()).toMatchObject({ status: 202 });
    const ballast = join(server.home, "ballast");
    fill(ballast);
    for (let more = 0; more < 60 && (await answered()).status === 202; more += 1) issues.push(label(`more ${more}`));
    expect(await answered()).toMatchObject({ status: 507, text: "The server's disk is full.\n" });
    const refused = await until("a write that is refused", async () => {
      const answer = await writing();
      return answer.status === 200 ? null : answer;
    });
    expect(refused).toMatchObject({ status: 507, body: { code: "disk_full", title: "The server's disk is full." } });
    expect((await issuesOfTasks()).length).toBeLessThan(issues.length);
    rmSync(ballast);
    expect((await writing()).status).toBe(200);
    await server.operator("reconcile", { body: {} });
    await until("a task of every issue", async () => ((await issuesOfTasks()).length === issues.length ? true : null));
    expect(await issuesOfTasks()).toEqual(issues);
    expect(github.violations).toEqual([]);
  },
);

test("a locked database: webhooks and writes are answered 503 and when to come again, reads go on (F30)", async () => {
  await start(null);
  const other = new DatabaseSync(join(server.home, "state.db"));
  try {
    other.exec("BEGIN IMMEDIATE");
    const issue = label("while it is locked");
    expect(await answered()).toEqual({
      status: 503,
      text: "The database is locked by another program.\n",
      retryAfter: "10",
    });
    expect(await writing()).toMatchObject({ status: 503, retryAfter: "5", body: { code: "store_busy" } });
    expect(await issuesOfTasks()).toEqual([]);
    other.exec("ROLLBACK");
    expect((await writing()).status).toBe(200);
    await server.operator("reconcile", { body: {} });
    await until("its task", async () => ((await issuesOfTasks()).length === 1 ? true : null));
    expect(await issuesOfTasks()).toEqual([issue]);
  } finally {
    other.close();
  }
});

/** Leaves no room on the disk of the file. */
function fill(file: string): void {
  const filling = openSync(file, "w");
  try {
    for (let bytes = 1; bytes > 0; ) bytes = writeSync(filling, Buffer.alloc(4_096));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(filling);
  }
}
