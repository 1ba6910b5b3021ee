import { describe, expect, test } from "vitest";
import { maxAttempts } from "#domain/retry.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import { expireLeases } from "#operations/expire-leases.ts";
import { followPullRequest } from "#operations/follow-pull-request.ts";
import { releaseRun } from "#operations/release-run.ts";
import { retryTask } from "#operations/retry-task.ts";
import { listTasks } from "#operations/show-tasks.ts";
import { cancelsWanted } from "#operations/wanted-of.ts";
import type { ReportBody } from "#protocol/report.ts";
import { minute, reports, second, succeeded } from "./bench.ts";
import { queueing } from "./queueing.ts";
import { shop } from "./quiet-github.ts";

const on = queueing();
const { now, ask, end, because, taskNow } = on;

describe("a run that failed", () => {
  test.each(["runner_lost", "model_overloaded", "model_unreachable", "push_failed", "git_killed", "agent_killed"])(
    "of %s is tried again with growing waits, up to the cap, and then fails with that reason",
    async (code) => {
      await ask(1);
      const runner = on.bench.addRunner();
      const waits: number[] = [];
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        end(runner, on.bench.claim(runner), because(code));
        const next = taskNow().runs.at(-1);
        if (next?.status !== "queued") break;
        expect(taskNow().reason?.sentence).toMatch(/Tries again at \d\d:\d\d UTC/);
        expect(claimRun(on.bench.world, runner, 2)).toBeNull();
        const wait = (on.bench.store.runs.get(next.id)?.notBefore ?? 0) - now();
        waits.push(wait);
        on.bench.pass(wait);
      }
      expect(waits).toEqual([30 * second, 60 * second]);
      expect(taskNow()).toMatchObject({ status: "completed", conclusion: "failure", reason: { code } });
      expect(taskNow().runs).toHaveLength(maxAttempts);
    },
  );

  test.each(["not_logged_in", "claude_missing", "setup_failed", "verify_failed", "turn_limit", "something_new"])(
    "of %s is not tried again: a person has to do something first",
    async (code) => {
      await ask(1);
      const runner = on.bench.addRunner();
      end(runner, on.bench.claim(runner), because(code));
      expect(taskNow()).toMatchObject({ status: "completed", conclusion: "failure", reason: { code } });
    },
  );

  test("has a full number of attempts again when somebody asks again", async () => {
    await ask(1);
    const runner = on.bench.addRunner();
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      end(runner, on.bench.claim(runner), because("push_failed"));
      on.bench.pass(10 * minute);
    }
    await ask(1);
    end(runner, on.bench.claim(runner), because("push_failed"));
    expect(taskNow()).toMatchObject({ status: "queued", reason: { code: "retry_later" } });
  });
});

describe("a cancel", () => {
  test("of a queued task ends it at once", async () => {
    await ask(1);
    cancelTask(on.bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled", reason: { code: "cancelled" } });
    expect(claimRun(on.bench.world, on.bench.addRunner(), 1)).toBeNull();
  });

  test("of a held run asks its runner to stop, which ends it by its own report", async () => {
    await ask(1);
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    cancelTask(on.bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "in_progress", reason: { code: "stopping" } });
    expect(cancelsWanted(on.bench.world, runner, [offer])).toEqual([offer.runId]);
    const stopped: ReportBody = { kind: "completed", conclusion: "cancelled", summary: "" };
    applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([stopped]));
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
  });

  test("of a held run that its runner gives back instead ends it: nobody takes it again", async () => {
    await ask(1);
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    cancelTask(on.bench.world, "TASK-1", "ada");
    releaseRun(on.bench.world, runner, offer.runId, offer.epoch);
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(claimRun(on.bench.world, runner, 1)).toBeNull();
  });

  test("of a run whose runner is silent ends it at once, and the runner is refused when it comes back", async () => {
    await ask(1);
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    on.bench.pass(2 * minute);
    expireLeases(on.bench.world, 0);
    cancelTask(on.bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(() => end(runner, offer, null)).toThrow();
  });

  test("of an ended task is refused", async () => {
    await ask(1);
    cancelTask(on.bench.world, "TASK-1", "ada");
    expect(() => cancelTask(on.bench.world, "TASK-1", "ada")).toThrow();
  });

  test("of a runner's last words that cross it changes nothing: done is done", async () => {
    await ask(1);
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
    expect(() => cancelTask(on.bench.world, "TASK-1", "ada")).toThrow();
    expect(taskNow().status).toBe("in_review");
  });
});

describe("a policy file", () => {
  test("that breaks leaves the last good one in force, and is talked about once", async () => {
    on.quiet.policy = "label: claude\nverify:\n  - npm test\n";
    await ask(1);
    on.quiet.policy = "label: [claude\n";
    await ask(2);
    await ask(3);
    expect(on.bench.store.tasks.get(2)?.policy.verify).toEqual(["npm test"]);
    expect(on.bench.store.notices.unwritten().map(({ code, issue }) => [code, issue])).toEqual([
      ["policy_broken", 2],
      ["policy_broken", 3],
    ]);
  });

  test("that was never good starts nothing", async () => {
    on.quiet.policy = "label: [claude\n";
    await ask(1);
    expect(listTasks(on.bench.world, {})).toEqual([]);
    expect(on.bench.store.notices.unwritten()).toMatchObject([{ code: "policy_broken", issue: 1 }]);
  });
});

describe("a task whose pull request was merged", () => {
  async function merged(): Promise<void> {
    await ask(1);
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
    const task = on.bench.store.tasks.get(1);
    if (task === null) throw new Error("no task");
    const pullRequest = { number: 5, url: "u", state: "open", draft: true, headSha: null, closedBy: null } as const;
    on.bench.store.tasks.update({ ...task, pullRequest });
    const changed = {
      kind: "pull_request_changed",
      repository: shop,
      number: 5,
      state: "merged",
      draft: false,
    } as const;
    const actor = { login: "ada", isBot: false };
    await followPullRequest(on.bench.world, { ...changed, headSha: "a".repeat(40), actor, at: now() });
  }

  test("is done, and is not tried again", async () => {
    await merged();
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "success" });
    expect(() => retryTask(on.bench.world, "TASK-1")).toThrow(/merged/);
  });

  test("goes on under a new branch and a new pull request when the label is put back", async () => {
    await merged();
    const branch = taskNow().branch;
    on.bench.pass(minute);
    await ask(1);
    expect(taskNow()).toMatchObject({ status: "queued", pullRequest: null });
    expect(taskNow().branch).not.toBe(branch);
    expect(on.bench.claim(on.bench.addRunner()).headSha).toBeNull();
  });
});
