import { beforeEach, expect, test } from "vitest";
import { reconcileRepository } from "#operations/reconcile-repository.ts";
import { minute } from "./bench.ts";
import { following } from "./followed.ts";
import { inShop } from "./shop.ts";

const on = inShop();
const { repo, ada } = on;
const followed = following(on, { files: { "greet.js": "bonjour\n" } });
const { head, purposes } = followed;
// From here on nobody tells of anything.
beforeEach(() => on.app.standIn.faults.dropWebhooks(1_000));

async function look(): Promise<string[]> {
  const { due, problems } = await reconcileRepository(on.bench.world, { ...on.app.shop, pushedAt: 0 });
  expect(problems).toEqual([]);
  return due.map((one) => one.replace(/^TASK-\d+ /, ""));
}

test("a failed check that nobody told of is found, and repaired once; one that passed ends the hand-over (F18)", async () => {
  expect(await look()).toEqual([]);
  await on.app.standIn.reportCheck(repo(), head(), { name: "lint", status: "in_progress" });
  await on.app.standIn.reportCheck(repo(), head(), { name: "test", conclusion: "failure" });
  expect(await look()).toEqual(["checks"]);
  await followed.settle();
  expect(purposes()).toEqual(["implement completed"]);
  // It waits for the others, and is not asked for again meanwhile.
  expect(await look()).toEqual([]);
  await on.app.standIn.reportCheck(repo(), head(), { name: "lint", conclusion: "success" });
  expect(await look()).toEqual(["checks"]);
  await followed.settle();
  expect(purposes()).toEqual(["implement completed", "fix_checks queued"]);
  expect(await look()).toEqual([]);
  await followed.work(null);
  expect(followed.task().handOver?.reason.code).toBe("checks_failing");
  expect(await look()).toEqual([]);
  await on.app.standIn.reportCheck(repo(), head(), { name: "test", conclusion: "success" });
  expect(await look()).toEqual(["checks"]);
  await followed.settle();
  expect([followed.task().handOver, await look()]).toEqual([null, []]);
});

test("a review that nobody told of is found; an approval asks for nothing (F18)", async () => {
  on.app.standIn.createUser("bob");
  on.app.standIn.setRole(repo(), "bob", "write");
  await on.app.standIn.as("bob").review(repo(), followed.pull(), { event: "APPROVE", body: "Fine." });
  expect(await look()).toEqual([]);
  await on.app.standIn.as("bob").review(repo(), followed.pull(), { event: "REQUEST_CHANGES", body: "Not so fast." });
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
  await on.bench.show();
  on.bench.pass(minute);
  await look();
  const from = on.app.standIn.calls.length;
  for (let round = 0; round < 10; round += 1) {
    on.bench.pass(minute);
    expect(await look()).toEqual([]);
  }
  const calls = on.app.standIn.calls.slice(from).filter(({ actor }) => actor.startsWith("installation"));
  expect(calls.some(({ route }) => route.endsWith("/reviews"))).toBe(true);
  expect(calls.filter(({ status }) => status !== 304).map(({ route }) => route)).toEqual([]);
});
