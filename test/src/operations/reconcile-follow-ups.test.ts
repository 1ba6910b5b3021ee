import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { reconcileRepository } from "#operations/reconcile-repository.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, minute, openBench } from "./bench.ts";
import { type Followed, openFollowed } from "./followed.ts";

let app: TestApp;
let bench: Bench;
let followed: Followed;
beforeAll(async () => {
  app = await openTestApp();
});
beforeEach(async () => {
  await app.openShop();
  bench = openBench(app.github, { startsAt: Date.now() });
  followed = await openFollowed(app, bench);
  await followed.work({ "greet.js": "bonjour\n" });
  // From here on nobody tells of anything.
  app.standIn.faults.dropWebhooks(1_000);
});
afterEach(() => {
  app.standIn.faults.clearWebhooks();
  bench.close();
});
afterAll(() => app.close());

const repo = () => app.shop.name;
const ada = () => app.standIn.as("ada");
const head = () => followed.runs().findLast(({ headSha }) => headSha !== null)?.headSha ?? "";
const purposes = () => followed.runs().map(({ purpose, status }) => `${purpose} ${status}`);

async function look(): Promise<string[]> {
  const { due, problems } = await reconcileRepository(bench.world, { ...app.shop, pushedAt: 0 });
  expect(problems).toEqual([]);
  return due.map((one) => one.replace(/^TASK-\d+ /, ""));
}

test("a failed check that nobody told of is found, and repaired once; one that passed ends the hand-over (F18)", async () => {
  expect(await look()).toEqual([]);
  await app.standIn.reportCheck(repo(), head(), { name: "lint", status: "in_progress" });
  await app.standIn.reportCheck(repo(), head(), { name: "test", conclusion: "failure" });
  expect(await look()).toEqual(["checks"]);
  await followed.settle();
  expect(purposes()).toEqual(["implement completed"]);
  // It waits for the others, and is not asked for again meanwhile.
  expect(await look()).toEqual([]);
  await app.standIn.reportCheck(repo(), head(), { name: "lint", conclusion: "success" });
  expect(await look()).toEqual(["checks"]);
  await followed.settle();
  expect(purposes()).toEqual(["implement completed", "fix_checks queued"]);
  expect(await look()).toEqual([]);
  await followed.work(null);
  expect(followed.task().handOver?.reason.code).toBe("checks_failing");
  expect(await look()).toEqual([]);
  await app.standIn.reportCheck(repo(), head(), { name: "test", conclusion: "success" });
  expect(await look()).toEqual(["checks"]);
  await followed.settle();
  expect([followed.task().handOver, await look()]).toEqual([null, []]);
});

test("a review that nobody told of is found; an approval asks for nothing (F18)", async () => {
  app.standIn.createUser("bob");
  app.standIn.setRole(repo(), "bob", "write");
  await app.standIn.as("bob").review(repo(), followed.pull(), { event: "APPROVE", body: "Fine." });
  expect(await look()).toEqual([]);
  await app.standIn.as("bob").review(repo(), followed.pull(), { event: "REQUEST_CHANGES", body: "Not so fast." });
  expect(await look()).toEqual(["review"]);
  await followed.settle();
  expect(purposes()).toEqual(["implement completed", "address_review queued"]);
  await followed.work(null);
  expect(await look()).toEqual([]);
});

test("a base that moved and conflicts, of which nobody told, is found (F18)", async () => {
  await ada().push(repo(), { message: "Another greeting", files: { "greet.js": "hallo\n" } });
  expect(await look()).toEqual(["mergeable"]);
  await followed.settle();
  expect(purposes()).toEqual(["implement completed", "resolve_conflicts queued"]);
  await followed.work(null);
  expect(await look()).toEqual([]);
});

test("an open pull request where nothing happens costs nothing that GitHub counts", async () => {
  await look();
  await bench.show();
  bench.pass(minute);
  await look();
  const from = app.standIn.calls.length;
  for (let round = 0; round < 10; round += 1) {
    bench.pass(minute);
    expect(await look()).toEqual([]);
  }
  const calls = app.standIn.calls.slice(from).filter(({ actor }) => actor.startsWith("installation"));
  expect(calls.some(({ route }) => route.endsWith("/reviews"))).toBe(true);
  expect(calls.filter(({ status }) => status !== 304).map(({ route }) => route)).toEqual([]);
});
