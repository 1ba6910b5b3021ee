import { expect, test } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { lookAtPullRequest } from "#operations/follow-look.ts";
import { startJobs } from "#operations/start-jobs.ts";
import type { ReportBody } from "#protocol/report.ts";
import { minute, reports } from "./bench.ts";
import { nothing, reconciling } from "./reconciling.ts";

const on = reconciling();

const policy = "actions: { workflow: claude.yml }\nrole: write\n";
const items = [{ question: "Which?", header: "", multiSelect: false, options: [] }];

/** The newest run ends its turn with these words. */
async function reported(bodies: ReportBody[]): Promise<void> {
  const runner = on.bench.addRunner({ slots: 1 });
  const { runId, epoch } = on.bench.claim(runner);
  applyReports(on.bench.world, runner, runId, epoch, reports(bodies));
  await on.bench.show();
}

/** All that happens by the clock in a minute in which nobody does anything. */
async function aMinute(): Promise<unknown> {
  const { world, store } = on.bench;
  const found = await on.look();
  await startJobs(world);
  for (const looks of Map.groupBy(store.followUps.due(world.clock()), ({ taskId }) => taskId).values())
    await lookAtPullRequest(world, looks);
  await on.bench.show();
  on.bench.pass(minute);
  return found;
}

test("an hour with a pull request under review, a plan, a question, a blocked task and one that no job takes costs at most 12 calls that GitHub counts", async () => {
  await on.ada().push(on.repo(), { message: "Policy", files: { ".github/cc-orchestrator.yml": policy } });
  const reviewed = on.labelled("Greet in French");
  await on.look();
  const sha = await on.finish(reviewed);
  await on.app.standIn.reportCheck(on.repo(), sha, { name: "tests", conclusion: "success" });
  on.labelled("Greet with a plan", "claude:plan");
  await on.look();
  await reported([{ kind: "completed", conclusion: "success", summary: "1. Say bonjour." }]);
  on.labelled("Greet whom?");
  await on.look();
  await reported([{ kind: "asked", toolUseId: "toolu_1", items }]);
  const blocker = on.ada().openIssue(on.repo(), { title: "Before it" });
  const parent = on.ada().openIssue(on.repo(), { title: "Greet in all languages" });
  on.ada().block(on.repo(), parent, blocker);
  on.ada().addSubIssue(on.repo(), parent, on.ada().openIssue(on.repo(), { title: "One of them" }));
  on.ada().label(on.repo(), parent, "claude");
  on.labelled("Greet when somebody can");
  // Three jobs are asked for in vain meanwhile; then everything is at rest.
  for (let settling = 0; settling < 6; settling += 1) {
    await aMinute();
    on.bench.pass(9 * minute);
  }
  const tasks = on.bench.store.tasks.list({ limit: 10 });
  expect(tasks.map(({ issue }) => on.statusOf(issue?.number ?? 0)).toSorted()).toEqual([
    "blocked",
    "in_review",
    "queued",
    "waiting",
    "waiting",
  ]);

  const from = on.app.standIn.calls.length;
  for (let round = 0; round < 60; round += 1) expect(await aMinute()).toMatchObject(nothing);
  const calls = on.app.standIn.calls.slice(from).filter(({ actor }) => actor.startsWith("installation"));
  // Conditional requests that are answered with 304 are not counted; they are bounded all the same.
  const counted = calls.filter(({ status }) => status !== 304).map(({ route, status }) => `${route} ${status}`);
  expect(counted.length, counted.join("\n")).toBeLessThanOrEqual(12);
  expect(calls.length).toBeLessThan(60 * 25);
  expect(on.app.standIn.violations).toEqual([]);
}, 120_000);
