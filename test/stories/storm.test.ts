import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GitHubStandIn } from "#test/github/github.ts";
import { until } from "#test/world/until.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { label, openWebsite, repo, type Website } from "./website.ts";

let website: Website;
let github: GitHubStandIn;
let server: ServerProcess;

beforeEach(async () => {
  website = await openWebsite();
  github = website.github;
  server = await startServerProcess(website.folder, github, 0);
});
afterEach(async () => {
  await server.end("SIGKILL");
  await website.close();
});

const webhooks = () => `${server.url}/api/github/webhooks`;

/** How many deliveries the server has stored. */
function stored(): number {
  const db = new DatabaseSync(join(server.home, "state.db"), { readOnly: true });
  try {
    return Number(db.prepare("SELECT count(*) AS count FROM deliveries").get()?.count);
  } finally {
    db.close();
  }
}

test("a thousand deliveries, a fifth of them forged: every good one is stored, no forged one is (F20)", async () => {
  github.connectWebhook(webhooks());
  const payload = (number: number) => ({ action: "created", number, starred_at: null });
  const sent = Array.from({ length: 1_000 }, (_, number) =>
    number % 5 === 0
      ? github.deliver("star", payload(number), { signature: `sha256=${"0".repeat(64)}` })
      : github.deliver("star", payload(number)),
  );
  const answers = (await Promise.all(sent)).map(({ statusCode }) => statusCode);
  expect(Object.groupBy(answers, String)).toEqual({ 202: Array(800).fill(202), 401: Array(200).fill(401) });
  expect(stored()).toBe(800);
}, 90_000);

test("webhooks are answered while GitHub itself hangs, and worked when it answers again (F26)", async () => {
  github.connectWebhook(webhooks());
  github.faults.failNext({ status: 502, times: 1_000, holdMs: 60_000 });
  const issues = Array.from({ length: 10 }, (_, number) => label(github, `Greet ${number}`));
  await github.idle();
  expect(github.deliveries().every(({ statusCode }) => statusCode === 202)).toBe(true);
  github.faults.clear();
  const tasks = async () => (await server.operator("listTasks", {})).tasks;
  await until("a task of each", async () => ((await tasks()).length === issues.length ? true : null), 30_000);
}, 90_000);

test("fifty deliveries that failed are asked for again, once each (F19)", async () => {
  // Nobody listens there, as when the server was away.
  github.connectWebhook("http://127.0.0.1:9/");
  const issues = Array.from({ length: 25 }, (_, number) =>
    github.as("ada").openIssue(repo, { title: `Greet ${number}` }),
  );
  for (const issue of issues) github.as("ada").label(repo, issue, "claude");
  for (const issue of issues) github.as("ada").unlabel(repo, issue, "claude");
  await github.idle();
  const failed = github.deliveries().filter(({ action }) => action === "labeled" || action === "unlabeled");
  expect(failed).toHaveLength(50);
  github.connectWebhook(webhooks());
  await server.operator("reconcile", { body: {} });
  await until("all of them", () => (stored() >= failed.length ? true : null), 30_000);
  await server.operator("reconcile", { body: {} });
  await github.idle();
  const again = github.deliveries().filter(({ redelivery }) => redelivery);
  expect(again.map(({ guid }) => guid).toSorted()).toEqual(failed.map(({ guid }) => guid).toSorted());
}, 90_000);
