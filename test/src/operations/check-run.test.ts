import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { taskName } from "#domain/task.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { retryTask } from "#operations/retry-task.ts";
import type { ReportBody } from "#protocol/report.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, second as oneSecond, openBench, pushed, reports } from "./bench.ts";
import { labelled } from "./quiet-github.ts";

let app: TestApp;
let bench: Bench;
let issue: number;
beforeAll(async () => {
  app = await openTestApp();
});
beforeEach(async () => {
  await app.openShop();
  bench = openBench(app.github, { startsAt: Date.now() });
  issue = app.standIn.as("ada").openIssue(app.shop.name, { title: "Greet in French" });
  app.standIn.as("ada").label(app.shop.name, issue, "claude");
  const told = labelled(issue, bench.world.clock());
  acceptDelivery(bench.world, { ...told, happening: { ...told.happening, repository: app.shop } });
  await bench.workDeliveries();
});
afterEach(() => bench.close());
afterAll(() => app.close());

const problem = { path: "greet.js", line: 7, column: 3, message: "expected 'hello' to be 'bonjour'" };
const unverified: ReportBody = {
  kind: "verified",
  passed: false,
  round: 0,
  excerpt: "$ npm test",
  problems: [problem],
};
const failed = (code: string): ReportBody => ({
  kind: "completed",
  conclusion: "failure",
  reason: { code, sentence: "It did not do." },
  summary: "",
});

/** A run that pushes, and then tells this. */
async function run(...bodies: ReportBody[]): Promise<string> {
  const runner = bench.store.runners.list()[0] ?? bench.addRunner();
  const offer = bench.claim(runner);
  const sha = await app.standIn.as("ada").push(app.shop.name, {
    branch: offer.branch,
    message: "x",
    files: { "greet.js": String(Math.random()) },
  });
  const before: ReportBody[] = [
    { kind: "step", step: "worktree", state: "started" },
    { kind: "prepared", branch: offer.branch, baseSha: sha },
    pushed(sha, offer.branch),
  ];
  applyReports(bench.world, runner, offer.runId, offer.epoch, reports([...before, ...bodies]));
  await bench.show();
  return sha;
}

const checks = (sha?: string) => app.standIn.checkRuns(app.shop.name, sha);

test("what verification found stands on its lines, once, whatever is written afterwards", async () => {
  const sha = await run(unverified, failed("verify_failed"));
  const at = { start_line: 7, end_line: 7, start_column: 3, end_column: 3, annotation_level: "failure" };
  expect(checks(sha)).toMatchObject([
    { conclusion: "failure", annotations: [{ path: "greet.js", ...at, message: problem.message }] },
  ]);
  const task = bench.store.tasks.byIssue(app.shop.id, issue);
  const written = bench.store.surfaces.get(task?.id ?? 0, `check:${sha}`);
  if (task === null || written === null) throw new Error("nothing was written");
  // As reconciling and the buttons do it: it has to be written anew.
  bench.store.surfaces.put({ ...written, picture: JSON.stringify({ ...JSON.parse(written.picture), title: "" }) });
  bench.store.surfaces.markDue(task.id, bench.world.clock());
  await bench.show();
  expect(checks(sha)[0]?.annotations).toHaveLength(1);
  // As after a crash between the write and its record.
  bench.store.surfaces.remove(task.id, `check:${sha}`);
  bench.store.surfaces.markDue(task.id, bench.world.clock());
  await bench.show();
  expect(checks(sha)).toHaveLength(1);
  expect(checks(sha)[0]?.annotations).toHaveLength(1);
  expect(app.standIn.violations).toEqual([]);
});

test("when the head moves, the new head has its own and the old one is closed", async () => {
  const first = await run();
  expect(checks(first)).toMatchObject([{ status: "in_progress" }]);
  const runner = bench.store.runners.list()[0];
  const held = runner && bench.store.runs.heldBy(runner.id)[0];
  const task = held && bench.store.tasks.get(held.taskId);
  if (!runner || !held || !task) throw new Error("nothing is held");
  const second = await app.standIn.as("ada").push(app.shop.name, {
    branch: task.branch,
    message: "y",
    files: { "greet.js": "salut" },
  });
  const more = reports([pushed(second, task.branch)], held.lastSeq + 1);
  applyReports(bench.world, runner, held.id, held.epoch, more);
  bench.pass(5 * oneSecond);
  await bench.show();
  expect(checks(first)).toMatchObject([{ status: "completed", conclusion: "neutral" }]);
  expect(checks(second)).toMatchObject([{ status: "in_progress", conclusion: null }]);
});

test("a limit that was reached asks for an action, with a button; the work stays on its branch", async () => {
  const sha = await run(failed("max_budget"));
  const [check] = checks(sha);
  expect(check).toMatchObject({ conclusion: "action_required", output: { title: "Limit reached: It did not do." } });
  expect(check?.actions.length).toBeGreaterThan(0);
  expect(check?.actions.length).toBeLessThanOrEqual(3);
  const comment = app.standIn.comments(app.shop.name, issue).at(-1)?.body;
  expect(comment).toContain("is safe on the branch");
  const task = bench.store.tasks.byIssue(app.shop.id, issue);
  retryTask(bench.world, taskName(task?.id ?? 0));
  await bench.show();
  expect(checks(sha)).toMatchObject([{ status: "queued" }]);
});
