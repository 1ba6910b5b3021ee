import { beforeEach, expect, test } from "vitest";
import { taskName } from "#domain/task.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { retryTask } from "#operations/retry-task.ts";
import type { ReportBody } from "#protocol/report.ts";
import { second as oneSecond, pushed, reports } from "./bench.ts";
import { labelled } from "./quiet-github.ts";
import { inShop } from "./shop.ts";

const on = inShop();
const { repo, ada } = on;
let issue: number;
beforeEach(async () => {
  issue = ada().openIssue(repo(), { title: "Greet in French" });
  ada().label(repo(), issue, "claude");
  const told = labelled(issue, on.bench.world.clock());
  acceptDelivery(on.bench.world, { ...told, happening: { ...told.happening, repository: on.app.shop } });
  await on.bench.workDeliveries();
});

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
  const runner = on.bench.store.runners.list()[0] ?? on.bench.addRunner();
  const offer = on.bench.claim(runner);
  const sha = await on.app.standIn.as("ada").push(on.app.shop.name, {
    branch: offer.branch,
    message: "x",
    files: { "greet.js": String(Math.random()) },
  });
  const before: ReportBody[] = [
    { kind: "step", step: "worktree", state: "started" },
    { kind: "prepared", branch: offer.branch, baseSha: sha },
    pushed(sha, offer.branch),
  ];
  applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([...before, ...bodies]));
  await on.bench.show();
  return sha;
}

const checks = (sha?: string) => on.app.standIn.checkRuns(on.app.shop.name, sha);

test("what verification found stands on its lines, once, whatever is written afterwards", async () => {
  const sha = await run(unverified, failed("verify_failed"));
  const at = { start_line: 7, end_line: 7, start_column: 3, end_column: 3, annotation_level: "failure" };
  expect(checks(sha)).toMatchObject([
    { conclusion: "failure", annotations: [{ path: "greet.js", ...at, message: problem.message }] },
  ]);
  const task = on.bench.store.tasks.byIssue(on.app.shop.id, issue);
  const written = on.bench.store.surfaces.get(task?.id ?? 0, `check:${sha}`);
  if (task === null || written === null) throw new Error("nothing was written");
  // As reconciling and the buttons do it: it has to be written anew.
  on.bench.store.surfaces.put({ ...written, picture: JSON.stringify({ ...JSON.parse(written.picture), title: "" }) });
  on.bench.store.surfaces.markDue(task.id, on.bench.world.clock());
  await on.bench.show();
  expect(checks(sha)[0]?.annotations).toHaveLength(1);
  // As after a crash between the write and its record.
  on.bench.store.surfaces.remove(task.id, `check:${sha}`);
  on.bench.store.surfaces.markDue(task.id, on.bench.world.clock());
  await on.bench.show();
  expect(checks(sha)).toHaveLength(1);
  expect(checks(sha)[0]?.annotations).toHaveLength(1);
  expect(on.app.standIn.violations).toEqual([]);
});

test("when the head moves, the new head has its own and the old one is closed", async () => {
  const first = await run();
  expect(checks(first)).toMatchObject([{ status: "in_progress" }]);
  const runner = on.bench.store.runners.list()[0];
  const held = runner && on.bench.store.runs.heldBy(runner.id)[0];
  const task = held && on.bench.store.tasks.get(held.taskId);
  if (!runner || !held || !task) throw new Error("nothing is held");
  const second = await on.app.standIn.as("ada").push(on.app.shop.name, {
    branch: task.branch,
    message: "y",
    files: { "greet.js": "salut" },
  });
  const more = reports([pushed(second, task.branch)], held.lastSeq + 1);
  applyReports(on.bench.world, runner, held.id, held.epoch, more);
  on.bench.pass(5 * oneSecond);
  await on.bench.show();
  expect(checks(first)).toMatchObject([{ status: "completed", conclusion: "neutral" }]);
  expect(checks(second)).toMatchObject([{ status: "in_progress", conclusion: null }]);
});

test("a limit that was reached asks for an action, with a button; the work stays on its branch", async () => {
  const sha = await run(failed("max_budget"));
  const [check] = checks(sha);
  expect(check).toMatchObject({ conclusion: "action_required", output: { title: "Limit reached: It did not do." } });
  expect(check?.actions.length).toBeGreaterThan(0);
  expect(check?.actions.length).toBeLessThanOrEqual(3);
  const comment = on.app.standIn.comments(on.app.shop.name, issue).at(-1)?.body;
  expect(comment).toContain("is safe on the branch");
  const task = on.bench.store.tasks.byIssue(on.app.shop.id, issue);
  retryTask(on.bench.world, taskName(task?.id ?? 0));
  await on.bench.show();
  expect(checks(sha)).toMatchObject([{ status: "queued" }]);
});
