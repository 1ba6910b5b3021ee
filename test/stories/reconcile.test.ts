import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openClient, RefusedError } from "#protocol/client.ts";
import { livePath } from "#protocol/routes.ts";
import type { Task } from "#protocol/task.ts";
import type { GitHubStandIn } from "#test/github/github.ts";
import { randomFrom } from "#test/src/store/random.ts";
import { until } from "#test/world/until.ts";
import { oneCommit, openScriptedRunner, registered, type ScriptedRunner } from "./scripted-runner.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { label as labelled, openWebsite, repo, type Website } from "./website.ts";

/** CCO_SEED repeats another one. */
const seed = Number(process.env.CCO_SEED ?? 1);

let website: Website;
let folder: string;
let github: GitHubStandIn;
let server: ServerProcess | null = null;
let runner: ScriptedRunner | null = null;

beforeEach(async () => {
  website = await openWebsite();
  ({ folder, github } = website);
});
afterEach(async () => {
  await runner?.close();
  runner = null;
  await server?.end("SIGKILL");
  server = null;
  await website.close();
});

let port = 0;
async function start(writeIntervalMs?: number): Promise<ServerProcess> {
  server = await startServerProcess(folder, github, port, writeIntervalMs);
  port = Number(new URL(server.url).port);
  github.connectWebhook(`${server.url}/api/github/webhooks`);
  return server;
}
beforeEach(() => {
  port = 0;
});

async function stop(signal: "SIGTERM" | "SIGKILL") {
  const ended = await server?.end(signal);
  server = null;
  return ended;
}

async function startRunner(of: ServerProcess): Promise<void> {
  const credential = await registered(of);
  runner = openScriptedRunner({ url: of.url, credential, slots: 4, play: oneCommit(github) });
}

const label = (title: string) => labelled(github, title);

async function tasks(): Promise<Task[]> {
  return (await server?.operator("listTasks", {}))?.tasks ?? [];
}

/** Waits until GitHub shows that every one of these issues is done. */
async function shown(issues: readonly number[], timeoutMs = 40_000): Promise<void> {
  for (const issue of issues) {
    const look = () => (stateLabelsOf(issue).join() === "claude:in-review" ? true : null);
    await until(`the end of issue ${issue}`, look, timeoutMs);
  }
  await until("the last check run", () => (github.checkRuns(repo).every(isCompleted) ? true : null));
}

/** The new one is put on before the old one is taken off. */
function stateLabelsOf(issue: number): string[] {
  return github.issue(repo, issue).labels.filter((name) => name.startsWith("claude:"));
}

const isCompleted = ({ status }: { status: string }) => status === "completed";

async function openStream(of: ServerProcess) {
  const token = readFileSync(join(of.home, "operator.token"), "utf8").trim();
  const signal = AbortSignal.timeout(30_000);
  const answer = await fetch(`${of.url}${livePath}`, { headers: { authorization: `Bearer ${token}` }, signal });
  expect(answer.status).toBe(200);
  return { rest: () => answer.text() };
}

/** A webhook of which the server has the first half. */
async function halfAWebhook(of: ServerProcess) {
  const body = JSON.stringify({ action: "created", starred_at: null });
  const sent = request(`${of.url}/api/github/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "content-length": body.length,
      "x-github-delivery": "half-and-half",
      "x-github-event": "star",
      "x-github-hook-id": "1",
      "x-hub-signature-256": `sha256=${createHmac("sha256", github.app.webhookSecret).update(body).digest("hex")}`,
    },
  });
  const answered = awaitedLater(once(sent, "response") as Promise<[IncomingMessage]>);
  await new Promise((resolve) => sent.write(body.slice(0, 10), resolve));
  return {
    finish: async () => {
      sent.end(body.slice(10));
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode;
    },
  };
}

function refusalOf(error: unknown): unknown {
  if (error instanceof RefusedError) return error.problem;
  throw error;
}

/** One of everything, and everything true (I1, I3). */
async function expectOnce(issues: readonly number[]): Promise<void> {
  for (const issue of issues) {
    const ours = github.comments(repo, issue).filter(({ author }) => author === github.app.botLogin);
    expect(ours, `comments of issue ${issue}`).toHaveLength(1);
    expect(ours[0]?.body).toContain("**Done**");
    expect(stateLabelsOf(issue)).toEqual(["claude:in-review"]);
  }
  const heads = github.pulls(repo).map(({ headRef }) => headRef);
  expect(heads.toSorted()).toEqual([...new Set(heads)].toSorted());
  expect(heads).toHaveLength(issues.length);
  const checks = github.checkRuns(repo).map(({ headSha, name }) => `${headSha} ${name}`);
  expect(checks).toEqual([...new Set(checks)]);
  const all = await tasks();
  expect(all.map(({ issue }) => issue?.number).toSorted()).toEqual(issues.toSorted());
  for (const task of all) expect([task.name, task.status]).toEqual([task.name, "in_review"]);
  expect(github.violations).toEqual([]);
}

/** Where an expectation before it fails, what this comes to is nobody's concern any more. */
function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

test("a control plane that is told to stop stops in 2 s, cuts no answer off and loses nothing (F52)", async () => {
  const first = await start(1_000);
  await startRunner(first);
  github.faults.delay("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", 20_000);
  const issues = [label("one"), label("two"), label("three")];
  await until("a run", async () => ((await tasks()).some((task) => task.runs.length > 0) ? true : null));
  const { token } = await first.operator("createRunnerToken");
  const given = {
    token,
    name: "idle",
    labels: ["none"],
    slots: 1,
    version: "t",
    sandbox: "none",
    repositories: ["a/b"],
  };
  const { credential } = await openClient(first.url, null)("register", { body: given as never });
  const poll = awaitedLater(openClient(first.url, credential)("claim", { body: { freeSlots: 1, waitSeconds: 30 } }));
  // Under way when the signal comes: each gets a whole answer, a refusal that says why at worst.
  github.faults.delay("GET /repos/{owner}/{repo}/installation", 600, 5);
  const body = { repository: repo, issue: issues[0] ?? 0 };
  const asked = Array.from({ length: 5 }, () => awaitedLater(first.operator("createTask", { body }).catch(refusalOf)));
  await until("five calls", () => (github.exchanges >= 5 ? true : null));
  const stream = await openStream(first);
  const webhook = await halfAWebhook(first);
  const stopping = awaitedLater(stop("SIGTERM"));
  expect(await poll).toEqual({ offer: null });
  // Its second half comes when the server is stopping already.
  expect(await webhook.finish()).toBe(202);
  const ended = await stopping;
  expect(ended?.code).toBe(0);
  expect(ended?.tookMs).toBeLessThan(2_000);
  // It ends as a whole answer does; one that is cut off would throw.
  expect(await stream.rest()).toContain("event");
  for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ code: "stopping" });
  github.faults.clear();
  await start();
  await shown(issues);
  await expectOnce(issues);
}, 60_000);

test(`a control plane that is killed ten times at any moment ends up as if nothing had happened (F01, F07), seed ${seed}`, async () => {
  const random = randomFrom(seed);
  await startRunner(await start());
  const issues: number[] = [];
  for (let kill = 1; kill <= 10; kill += 1) {
    // Some are labelled while it is there, some while it is not.
    if (kill % 3 === 1) issues.push(label(`while it is there ${kill}`));
    await pause(random() * 500);
    await stop("SIGKILL");
    if (kill % 3 === 2) issues.push(label(`while it is away ${kill}`));
    if (kill % 5 === 0) github.faults.dropWebhooks(1);
    if (kill % 5 === 0) issues.push(label(`and nobody tells ${kill}`));
    await start();
  }
  await shown(issues);
  await expectOnce(issues);
}, 90_000);

test("deliveries that failed while it was away are asked for again, exactly those and once each (F19)", async () => {
  await start();
  await stop("SIGTERM");
  const issues = Array.from({ length: 4 }, (_, at) => label(`missed ${at}`));
  await github.idle();
  const failed = github.deliveries().filter((one) => !one.succeeded);
  const understood = failed.filter(({ event, action }) => event === "issues" && action === "labeled");
  expect(understood).toHaveLength(4);
  const again = await start();
  const { report } = await again.operator("reconcile", { body: {} });
  expect(report.problems).toEqual([]);
  await github.idle();
  await again.operator("reconcile", { body: {} });
  await github.idle();
  const asked = github.deliveries().filter(({ redelivery }) => redelivery);
  expect(asked.map(({ guid }) => guid).toSorted()).toEqual(understood.map(({ guid }) => guid).toSorted());
  await startRunner(again);
  await shown(issues);
  await expectOnce(issues);
}, 60_000);

test("an issue whose label nobody tells of is found by reconciling by hand, and an unknown repository is refused (F18)", async () => {
  const there = await start();
  await startRunner(there);
  github.faults.dropWebhooks(1_000);
  // After the first look, which a server takes by itself.
  await there.operator("reconcile", { body: {} });
  const issue = label("nobody tells");
  const { report } = await there.operator("reconcile", { body: { repository: repo } });
  expect(report.repositories).toMatchObject([{ repository: repo, submitted: [issue], problems: [] }]);
  await expect(there.operator("reconcile", { body: { repository: "acme/nowhere" } })).rejects.toMatchObject({
    problem: { code: "repository_not_found" },
  });
  await shown([issue]);
  await expectOnce([issue]);
}, 60_000);
