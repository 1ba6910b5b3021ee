import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { showTask } from "#operations/show-tasks.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { openBench } from "./bench.ts";
import { openFollowed } from "./followed.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
  app.standIn.createUser("bob");
});
afterAll(() => app.close());

test("a task knows what others say of its pull request from what GitHub tells anyway, without a call of its own", async () => {
  await app.openShop();
  const bench = openBench(app.github, { startsAt: Date.now() });
  onTestFinished(() => bench.close());
  const followed = await openFollowed(app, bench);
  await followed.work({ "greet.js": "bonjour" });
  const verdicts = () => showTask(bench.world, `TASK-${followed.task().id}`).verdicts;
  const states = () => verdicts()?.checks.map(({ name, state }) => `${name} ${state}`);
  const head = followed.runs().at(-1)?.headSha ?? "";
  const report = (check: Parameters<typeof app.standIn.reportCheck>[2]) =>
    app.standIn.reportCheck(app.shop.name, head, check);

  app.newCalls();
  await report({ name: "lint", status: "in_progress" });
  await report({ name: "test", conclusion: "success" });
  await followed.settle();
  expect(states()).toEqual(["lint pending", "test passed"]);
  await app.standIn.as("bob").review(app.shop.name, followed.pull(), { event: "APPROVE", body: "Fine." });
  await followed.settle();
  expect(app.newCalls()).toEqual([]);
  expect(verdicts()?.reviews).toMatchObject([{ author: "bob", state: "approved" }]);
  bench.rung();

  await report({ name: "lint", conclusion: "failure" });
  await followed.settle();
  expect(states()).toEqual(["lint failed", "test passed"]);
  expect(bench.rung().task).toBeGreaterThan(0);

  // A new commit is judged anew; who approved stays.
  await followed.work({ "greet.js": "bonsoir" });
  const next = followed.runs().at(-1)?.headSha ?? "";
  await app.standIn.reportCheck(app.shop.name, next, { name: "lint", conclusion: "success" });
  await followed.settle();
  expect(states()).toEqual(["lint passed"]);
  expect(verdicts()?.reviews).toHaveLength(1);
});
