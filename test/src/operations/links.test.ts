import { describe, expect, test } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { claimRun } from "#operations/claim-run.ts";
import { whyTask } from "#operations/explain-task.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { ReportBody } from "#protocol/report.ts";
import { minute, reports, succeeded } from "./bench.ts";
import { hearing, inShop } from "./shop.ts";

const on = inShop();
const { repo, ada } = on;
const hear = hearing(on);

const open = (title: string) => ada().openIssue(repo(), { title });

const taskOf = (issue: number) => {
  const task = on.bench.store.tasks.byIssue(on.app.shop.id, issue);
  if (task === null) throw new Error(`issue ${issue} is no task`);
  return showTask(on.bench.world, `TASK-${task.id}`);
};
const commentOn = (issue: number) => on.app.standIn.comments(repo(), issue).at(-1)?.body ?? "";

async function reconcileNow(): Promise<void> {
  const signal = new AbortController().signal;
  const { report } = await reconcile(on.bench.world, {
    repository: repo(),
    atMost: null,
    from: reconcileStart,
    signal,
  });
  expect(report.repositories[0]?.problems).toEqual([]);
}

describe("an issue that is blocked by others", () => {
  test("waits with their names, shows it, and begins by itself when they are closed", async () => {
    const [first, second, wanted] = [open("Parse dates"), open("Pick a library"), open("Show dates")];
    ada().block(repo(), wanted, first);
    ada().block(repo(), wanted, second);
    ada().label(repo(), wanted, "claude");
    await hear();
    const runner = on.bench.addRunner();
    expect(taskOf(wanted)).toMatchObject({
      status: "blocked",
      reason: { code: "blocked", sentence: `Blocked by #${first} (Parse dates), #${second} (Pick a library).` },
    });
    expect(claimRun(on.bench.world, runner, 2)).toBeNull();
    expect((await whyTask(on.bench.world, "TASK-1")).filter(({ isOpen }) => !isOpen)).toEqual([
      {
        isOpen: false,
        sentence: `Blocked by #${first} (Parse dates), #${second} (Pick a library).`,
        advice: expect.stringContaining("begins by itself"),
      },
    ]);
    await on.bench.show();
    expect(commentOn(wanted)).toContain(`**Blocked** · Blocked by \`#${first}\` (Parse dates), \`#${second}\``);
    expect(on.app.standIn.issue(repo(), wanted).labels).toContain("claude:queued");

    ada().closeIssue(repo(), first);
    await hear();
    expect(taskOf(wanted).reason?.sentence).toBe(`Blocked by #${second} (Pick a library).`);
    on.bench.rung();
    ada().closeIssue(repo(), second);
    await hear();
    expect(on.bench.rung().queue).toBeGreaterThan(0);
    expect(taskOf(wanted).status).toBe("queued");
    expect(on.bench.claim(runner).task).toBe(taskOf(wanted).name);
    expect(on.app.standIn.violations).toEqual([]);
  });

  test("is told of links that are added, removed and opened again while it waits", async () => {
    const [blocker, wanted] = [open("Parse dates"), open("Show dates")];
    ada().label(repo(), wanted, "claude");
    await hear();
    expect(taskOf(wanted).status).toBe("queued");
    ada().block(repo(), wanted, blocker);
    await hear();
    expect(taskOf(wanted).status).toBe("blocked");
    ada().closeIssue(repo(), blocker);
    await hear();
    expect(taskOf(wanted).status).toBe("queued");
    ada().reopenIssue(repo(), blocker);
    await hear();
    expect(taskOf(wanted).status).toBe("blocked");
    ada().unblock(repo(), wanted, blocker);
    await hear();
    expect(taskOf(wanted).status).toBe("queued");
  });

  test("is found free by reconciling where nobody told", async () => {
    const [blocker, wanted] = [open("Parse dates"), open("Show dates")];
    ada().block(repo(), wanted, blocker);
    ada().label(repo(), wanted, "claude");
    await hear();
    ada().closeIssue(repo(), blocker);
    on.bench.pass(minute);
    await reconcileNow();
    expect(taskOf(wanted).status).toBe("queued");
  });

  test("never waits for itself in silence: a circle is said, and gone when a link is removed", async () => {
    const [first, second, third] = [open("Hen"), open("Egg"), open("Farm")];
    ada().block(repo(), first, second);
    ada().block(repo(), second, third);
    ada().block(repo(), third, first);
    ada().label(repo(), first, "claude");
    await hear();
    expect(taskOf(first)).toMatchObject({
      status: "blocked",
      reason: {
        code: "dependency_cycle",
        sentence: `This waits for itself: #${first} is blocked by #${second} is blocked by #${third} is blocked by #${first}.`,
      },
    });
    ada().unblock(repo(), third, first);
    await hear();
    await reconcileNow();
    expect(taskOf(first).reason?.code).toBe("blocked");
  });
});

test("a parent with sub-issues begins, and shows how far they are", async () => {
  const [parent, left, right] = [open("Dates"), open("Parse dates"), open("Show dates")];
  ada().addSubIssue(repo(), parent, left);
  ada().addSubIssue(repo(), parent, right);
  ada().label(repo(), parent, "claude");
  await hear();
  await on.bench.show();
  expect(taskOf(parent).status).toBe("queued");
  expect(commentOn(parent)).toContain("Sub-issues: 0 of 2 closed");
  ada().closeIssue(repo(), left);
  await hear();
  await on.bench.show();
  expect(commentOn(parent)).toContain("Sub-issues: 1 of 2 closed");
  expect(commentOn(parent)).toContain(`- [x] \`#${left}\` Parse dates\n- [ ] \`#${right}\` Show dates`);
});

test("an issue without links costs one call more, and reconciling what waits none that counts", async () => {
  const wanted = open("Show dates");
  ada().label(repo(), wanted, "claude");
  on.app.newCalls();
  await hear();
  const calls = on.app.newCalls();
  expect(calls.filter((call) => /dependencies|sub_issues/.test(call))).toEqual([]);
  on.bench.pass(minute);
  await reconcileNow();
  on.app.newCalls();
  on.bench.pass(minute);
  const before = on.app.standIn.calls.length;
  await reconcileNow();
  const read = on.app.standIn.calls
    .slice(before)
    .filter(({ route }) => route === "/repos/{owner}/{repo}/issues/{issue_number}");
  expect(read.every(({ status }) => status === 304)).toBe(true);
});

describe("a label for a priority", () => {
  test("counts when work is asked for, and when it is put on or taken off later", async () => {
    const [first, second] = [open("First"), open("Second")];
    ada().label(repo(), first, "claude");
    ada().label(repo(), second, "claude:low", "claude");
    await hear();
    expect([taskOf(first).priority, taskOf(second).priority]).toEqual(["normal", "low"]);
    ada().unlabel(repo(), second, "claude:low");
    ada().label(repo(), second, "claude:high");
    await hear();
    expect(taskOf(second).priority).toBe("high");
    const runner = on.bench.addRunner();
    expect(on.bench.claim(runner).task).toBe(taskOf(second).name);
    ada().unlabel(repo(), second, "claude:high");
    await hear();
    expect(taskOf(second).priority).toBe("normal");
  });

  test("S08: of somebody who may not use `priority` changes nothing", async () => {
    on.app.standIn.createUser("eve");
    on.app.standIn.setRole(repo(), "eve", "triage");
    await ada().push(repo(), {
      branch: "main",
      message: "policy",
      files: { ".github/cc-orchestrator.yml": "role: write\n" },
    });
    const issue = open("First");
    ada().label(repo(), issue, "claude");
    await hear();
    on.app.standIn.as("eve").label(repo(), issue, "claude:high");
    await hear();
    expect(taskOf(issue).priority).toBe("normal");
  });
});

describe("limits over several runs", () => {
  async function withPolicy(text: string, count: number): Promise<number[]> {
    await ada().push(repo(), { branch: "main", message: "p", files: { ".github/cc-orchestrator.yml": text } });
    const issues = Array.from({ length: count }, (_, at) => open(`Issue ${at}`));
    for (const issue of issues) ada().label(repo(), issue, "claude");
    await hear();
    return issues;
  }
  const progress = (costUsd: number): ReportBody => ({
    kind: "progress",
    progress: { activity: "x", todos: [], turns: 1, inputTokens: 1, outputTokens: 1, costUsd },
  });

  test("so many runs at a time in a repository; the next one begins when one ends, and says so until then", async () => {
    const issues = await withPolicy("limits:\n  runs: 2\n", 3);
    const runner = on.bench.addRunner({ slots: 5 });
    const [offer] = [on.bench.claim(runner), on.bench.claim(runner)];
    expect(claimRun(on.bench.world, runner, 3)).toBeNull();
    expect(taskOf(issues[2] ?? 0).reason).toMatchObject({
      code: "repository_full",
      sentence: "2 of at most 2 runs are under way in this repository. This begins when one ends.",
    });
    applyReports(on.bench.world, runner, offer?.runId ?? 0, offer?.epoch ?? 0, reports([succeeded]));
    expect(on.bench.claim(runner).task).toBe(taskOf(issues[2] ?? 0).name);
  });

  test("so many on the whole server", async () => {
    await withPolicy("label: claude\n", 2);
    on.bench.world.operator = { ...on.bench.world.operator, mostRuns: 1 };
    const runner = on.bench.addRunner({ slots: 5 });
    on.bench.claim(runner);
    expect(claimRun(on.bench.world, runner, 4)).toBeNull();
  });

  test("so many dollars for a task: a run gets what is left, then a command allows another one", async () => {
    const [issue = 0] = await withPolicy("limits:\n  usd: 5\n  usd_per_task: 7\n", 1);
    const runner = on.bench.addRunner();
    const first = on.bench.claim(runner);
    expect(first.policy.limits.usd).toBe(5);
    const lost = { code: "model_overloaded", sentence: "x" };
    const failed = { kind: "completed", conclusion: "failure", reason: lost, summary: "" } as const;
    applyReports(on.bench.world, runner, first.runId, first.epoch, reports([progress(4), failed]));
    on.bench.pass(10 * minute);
    on.bench.store.runners.update({ ...runner, heartbeatAt: on.bench.world.clock() });
    const second = on.bench.claim(runner);
    expect(second.policy.limits.usd).toBe(3);
    applyReports(on.bench.world, runner, second.runId, second.epoch, reports([progress(3.1), failed]));
    on.bench.pass(10 * minute);
    expect(taskOf(issue)).toMatchObject({ status: "queued", reason: { code: "task_budget" } });
    expect(claimRun(on.bench.world, runner, 2)).toBeNull();
    ada().comment(repo(), issue, "/claude budget 2");
    await hear();
    expect(on.bench.claim(runner).policy.limits.usd).toBe(2);
  });

  test("so many dollars a day: what is queued waits for midnight", async () => {
    const [, second = 0] = await withPolicy("limits:\n  usd_per_day: 3\n", 2);
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    expect(offer.policy.limits.usd).toBe(3);
    applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([progress(3), succeeded]));
    expect(taskOf(second).reason).toMatchObject({ code: "day_budget", until: expect.stringContaining("T00:00:00") });
    expect(claimRun(on.bench.world, runner, 2)).toBeNull();
    on.bench.pass(24 * 60 * minute);
    on.bench.store.runners.update({ ...runner, heartbeatAt: on.bench.world.clock() });
    expect(on.bench.claim(runner).task).toBe(taskOf(second).name);
  });
});
