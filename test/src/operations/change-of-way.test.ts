import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenInstallation } from "#domain/token-way.ts";
import { openTokenGitHub } from "#github/token-github.ts";
import { applyReports } from "#operations/apply-reports.ts";
import type { GitHub } from "#operations/ports/github.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { openBench, pushed, reports, second, succeeded } from "./bench.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

test("a task of the time of a token goes on under the App, and back: one task, one comment, one pull request", async () => {
  const { standIn, shop } = app;
  const { token } = standIn.createUser("ada");
  const way = openTokenGitHub({
    ...{ readToken: () => token, onToken: () => undefined, apiUrl: standIn.apiUrl, repositories: [shop.name] },
    ...{ badge: "status", login: null, writeIntervalMs: 0, requestTimeoutMs: 5_000, clock: Date.now },
  });
  const bench = openBench(way.github, { startsAt: Date.now() });
  const look = async (github: GitHub) => {
    bench.world.github = github;
    for (let round = 0; round < 3; round += 1) {
      bench.pass(30 * second);
      const asked = { repository: null, atMost: null, from: reconcileStart, signal: new AbortController().signal };
      const { problems, repositories } = (await reconcile(bench.world, asked)).report;
      expect([...problems, ...repositories.flatMap((one) => one.problems)]).toEqual([]);
      await bench.workDeliveries();
      await bench.show();
    }
  };
  const ada = standIn.as("ada");
  const issue = ada.openIssue(shop.name, { title: "Greet in French", body: "Say bonjour." });
  ada.label(shop.name, issue, "claude");
  await look(way.github);
  const task = () => bench.store.tasks.byIssue(shop.id, issue);
  expect(task()?.repository.installationId).toBe(tokenInstallation);
  const runner = bench.addRunner();
  const { branch, runId, epoch } = bench.claim(runner);
  const sha = await ada.push(shop.name, { branch, message: "Greet", files: { "greet.js": "bonjour\n" } });
  const begun = [{ kind: "prepared" as const, branch, baseSha: sha }, pushed(sha, branch)];
  applyReports(bench.world, runner, runId, epoch, reports([...begun, succeeded]));
  await look(way.github);
  expect(standIn.statuses(shop.name, sha).at(-1)).toMatchObject({ context: "claude", state: "success" });

  await look(app.github);
  expect(task()?.repository.installationId).toBe(shop.installationId);
  expect(standIn.checkRuns(shop.name, sha)).toMatchObject([{ name: "Claude", conclusion: "success" }]);
  await look(way.github);
  expect(task()?.repository.installationId).toBe(tokenInstallation);

  expect(bench.store.tasks.list({ limit: 9 })).toHaveLength(1);
  expect(bench.store.runs.ofTask(task()?.id ?? 0)).toHaveLength(1);
  expect(standIn.comments(shop.name, issue)).toHaveLength(1);
  expect(standIn.pulls(shop.name)).toHaveLength(1);
  bench.close();
  await way.close(1_000);
});
