import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sessionGraceMs } from "#domain/dispatch.ts";
import { claimsAllowed, maxAttempts } from "#domain/retry.ts";
import { pictureOf } from "#domain/surfaces/picture.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import { expireLeases } from "#operations/expire-leases.ts";
import { followPullRequest } from "#operations/follow-pull-request.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { releaseRun } from "#operations/release-run.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { retryTask } from "#operations/retry-task.ts";
import { listRunners } from "#operations/show-runners.ts";
import { listTasks, showTask } from "#operations/show-tasks.ts";
import { wakeQueue } from "#operations/wake-queue.ts";
import { cancelsWanted } from "#operations/wanted-of.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { Reason } from "#protocol/words.ts";
import { type Bench, hour, minute, openBench, reports, second, succeeded } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub, shop } from "./quiet-github.ts";

let bench: Bench;
let quiet: QuietGitHub;
beforeEach(() => {
  quiet = quietGitHub();
  bench = openBench(quiet.github);
});
afterEach(() => bench.close());

const now = () => bench.world.clock();

async function ask(...issues: number[]): Promise<void> {
  for (const issue of issues) {
    acceptDelivery(bench.world, labelled(issue, now()));
    await bench.workDeliveries();
    bench.pass(second);
  }
}

function end(runner: RunnerFacts, offer: RunOffer, reason: Reason | null, before: ReportBody[] = []): void {
  const failed: ReportBody = {
    kind: "completed",
    conclusion: "failure",
    summary: "",
    ...(reason === null ? {} : { reason }),
  };
  applyReports(bench.world, runner, offer.runId, offer.epoch, reports([...before, failed]));
}

const because = (code: string, more: Partial<Reason> = {}): Reason => ({ code, sentence: `It was ${code}.`, ...more });
const started = (sessionId: string): ReportBody => ({
  kind: "started",
  sessionId,
  claudeVersion: "2.1.197",
  model: "claude",
  sandbox: "none",
  attach: "tmux attach",
});

function beat(runner: RunnerFacts, notClaiming: Reason | null): void {
  const current = bench.store.runners.get(runner.id) ?? runner;
  const usual = { held: [], freeSlots: 0, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false };
  renewLeases(bench.world, current, { ...usual, ...(notClaiming === null ? {} : { notClaiming }) });
}

const taskNow = (id = 1) => showTask(bench.world, `TASK-${id}`);

describe("a run that failed", () => {
  test.each(["runner_lost", "model_overloaded", "model_unreachable", "push_failed", "git_killed", "agent_killed"])(
    "of %s is tried again with growing waits, up to the cap, and then fails with that reason",
    async (code) => {
      await ask(1);
      const runner = bench.addRunner();
      const waits: number[] = [];
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        end(runner, bench.claim(runner), because(code));
        const next = taskNow().runs.at(-1);
        if (next?.status !== "queued") break;
        expect(taskNow().reason?.sentence).toMatch(/Tries again at \d\d:\d\d UTC/);
        expect(claimRun(bench.world, runner, 2)).toBeNull();
        const wait = (bench.store.runs.get(next.id)?.notBefore ?? 0) - now();
        waits.push(wait);
        bench.pass(wait);
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
      const runner = bench.addRunner();
      end(runner, bench.claim(runner), because(code));
      expect(taskNow()).toMatchObject({ status: "completed", conclusion: "failure", reason: { code } });
    },
  );

  test("has a full number of attempts again when somebody asks again", async () => {
    await ask(1);
    const runner = bench.addRunner();
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      end(runner, bench.claim(runner), because("push_failed"));
      bench.pass(10 * minute);
    }
    await ask(1);
    end(runner, bench.claim(runner), because("push_failed"));
    expect(taskNow()).toMatchObject({ status: "queued", reason: { code: "retry_later" } });
  });
});

describe("a usage limit", () => {
  async function limited(until = now() + hour): Promise<{ laptop: RunnerFacts; first: RunOffer; until: string }> {
    await ask(1);
    const laptop = bench.addRunner({ name: "laptop" });
    const first = bench.claim(laptop);
    const at = new Date(until).toISOString();
    end(laptop, first, because("usage_limit", { until: at }), [started(first.sessionId)]);
    return { laptop, first, until: at };
  }

  test("makes the task wait until the stated time, and says so everywhere", async () => {
    const { until } = await limited();
    expect(taskNow()).toMatchObject({
      status: "waiting",
      reason: {
        code: "usage_limit",
        until,
        sentence: `Claude's usage limit is reached; this resumes ${until.slice(11, 16)} UTC.`,
      },
    });
  });

  test("is what the issue shows: waiting, with the time, under the label of work that is under way", async () => {
    const { until } = await limited();
    const task = bench.store.tasks.get(1);
    if (task === null) throw new Error("no task");
    const runs = bench.store.runs.ofTask(1);
    const { status, conclusion, reason } = taskNow();
    const state = { status, conclusion, reason };
    const { comment, label } = pictureOf({ task, runs, state, now: now(), operator: bench.world.operator });
    expect(comment).toContain("**Waiting** · Claude's usage limit is reached; this resumes");
    expect(comment).toContain(until.slice(11, 16));
    expect(label).toBe("inProgress");
  });

  test("ends by itself: the same session goes on, on the runner that has it", async () => {
    const { laptop, first } = await limited();
    const other = bench.addRunner();
    bench.pass(hour - 2 * second);
    expect(claimRun(bench.world, laptop, 2)).toBeNull();
    bench.pass(5 * second);
    expect(claimRun(bench.world, other, 2)).toBeNull();
    expect(bench.claim(laptop)).toMatchObject({ sessionId: first.sessionId, resume: true, purpose: "implement" });
  });

  test("wakes whoever waits for a run at that time, and only then", async () => {
    await limited();
    bench.rung();
    const before = wakeQueue(bench.world, now());
    expect(bench.rung()).toEqual({});
    bench.pass(hour);
    wakeQueue(bench.world, before);
    expect(bench.rung()).toMatchObject({ queue: 1, work: 1, task: 1 });
    expect(bench.store.surfaces.due(now())).toMatchObject([{ taskId: 1 }]);
  });

  test("leaves the run to another runner when the one that has the session does not come, and that one starts afresh", async () => {
    const { first } = await limited();
    const other = bench.addRunner();
    bench.pass(hour + sessionGraceMs - minute);
    bench.store.runners.update({ ...other, heartbeatAt: now() });
    expect(claimRun(bench.world, other, 2)).toBeNull();
    expect(taskNow()).toMatchObject({ status: "queued", reason: { code: "session_elsewhere" } });
    bench.pass(minute);
    const offer = bench.claim(other);
    expect(offer.resume).toBe(false);
    expect(offer.sessionId).not.toBe(first.sessionId);
  });

  test("uses no attempt up, however often it comes", async () => {
    await ask(1);
    const runner = bench.addRunner();
    for (let round = 0; round < 6; round += 1) {
      const offer = bench.claim(runner);
      const until = new Date(now() + hour).toISOString();
      end(runner, offer, because("usage_limit", { until }), [started(offer.sessionId)]);
      bench.pass(hour + minute);
    }
    end(runner, bench.claim(runner), because("push_failed"));
    expect(taskNow()).toMatchObject({ status: "queued", reason: { code: "retry_later" } });
  });

  test("holds the other tasks of that login, and the queue says until when; a runner with another login goes on", async () => {
    const { laptop, until } = await limited();
    await ask(2);
    beat(laptop, because("usage_limit", { until }));
    expect(taskNow(2)).toMatchObject({
      status: "queued",
      reason: {
        code: "runner_usage_limit",
        sentence: `Runner laptop waits for its usage limit until ${until.slice(11, 16)} UTC.`,
      },
    });
    expect(listRunners(bench.world)[0]?.notClaiming).toMatchObject({ code: "usage_limit", until });
    const other = bench.addRunner();
    expect(taskNow(2).reason).toBeNull();
    expect(bench.claim(other).task).toBe("TASK-2");
    beat(laptop, null);
    expect(listRunners(bench.world)[0]?.notClaiming).toBeUndefined();
  });

  test("can be called off: the waiting task ends at once", async () => {
    await limited();
    cancelTask(bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
  });
});

test("a runner with too little memory or disk takes nothing, and the queue says so in words", async () => {
  await ask(1);
  const laptop = bench.addRunner({ name: "laptop" });
  const low: Reason = {
    code: "low_disk",
    sentence: "0.4 GB of disk are free, the floor is 2 GB.",
    advice: "Free some.",
  };
  beat(laptop, low);
  expect(taskNow().reason).toEqual({
    code: "runner_low_disk",
    sentence: "Runner laptop takes nothing now: 0.4 GB of disk are free, the floor is 2 GB.",
    advice: "Free some.",
  });
  expect(bench.store.surfaces.due(now() + 2 * second)).toMatchObject([{ taskId: 1 }]);
});

describe("the queue", () => {
  const order = (runner: RunnerFacts, count: number) =>
    Array.from({ length: count }, () => bench.claim(runner).task.replace("TASK-", "")).join(" ");

  function inRepository(id: number, name: string): void {
    const task = bench.store.tasks.get(id);
    if (task !== null) bench.store.tasks.update({ ...task, repository: { ...task.repository, name } });
  }

  test("goes by priority, then by the repository with the fewest runs in progress, then by age", async () => {
    await ask(1, 2, 3, 4, 5);
    inRepository(4, "acme/other");
    const last = bench.store.tasks.get(5);
    if (last !== null) bench.store.tasks.update({ ...last, priority: "high" });
    expect(order(bench.addRunner({ slots: 5 }), 5)).toBe("5 4 1 2 3");
  });

  test("offers a run only to a runner with its labels and the right to its repository, and says which is missing", async () => {
    await ask(1);
    const task = bench.store.tasks.get(1);
    if (task !== null) bench.store.tasks.update({ ...task, policy: { ...task.policy, runs_on: ["gpu"] } });
    expect(taskNow().reason).toMatchObject({ code: "no_runner" });
    const plain = bench.addRunner();
    const foreign = bench.addRunner({ labels: ["gpu"], repositories: ["acme/other"] });
    for (const runner of [plain, foreign]) expect(claimRun(bench.world, runner, 2)).toBeNull();
    expect(taskNow().reason).toMatchObject({ code: "no_fitting_runner", sentence: expect.stringContaining("gpu") });
    expect(bench.claim(bench.addRunner({ labels: ["gpu", "big"] })).task).toBe("TASK-1");
  });

  test("says how many are ahead while all runners are busy", async () => {
    await ask(1, 2, 3);
    bench.claim(bench.addRunner({ slots: 1 }));
    expect([2, 3].map((id) => taskNow(id).reason?.sentence)).toEqual([
      "All runners are busy; this is next.",
      "All runners are busy; 1 ahead of this.",
    ]);
  });

  test("a poison task whose attempts fail, or come back at once, never starves the others (F57)", async () => {
    await ask(1, 2, 3);
    const runner = bench.addRunner({ slots: 1 });
    const done: string[] = [];
    for (let turn = 0; turn < 40 && done.length < 2; turn += 1) {
      const offer = claimRun(bench.world, runner, 1);
      if (offer === null) bench.pass(second);
      else if (offer.task !== "TASK-1") {
        applyReports(bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
        done.push(offer.task);
      } else if (turn % 2 === 0) releaseRun(bench.world, runner, offer.runId, offer.epoch);
      else end(runner, offer, because("agent_killed"));
    }
    expect(done).toEqual(["TASK-2", "TASK-3"]);
  });

  test("a run that is given back again and again is offered more and more rarely, and fails in the end", async () => {
    await ask(1);
    const runner = bench.addRunner();
    const waits: number[] = [];
    for (let claims = 1; claims <= claimsAllowed; claims += 1) {
      const offer = bench.claim(runner);
      releaseRun(bench.world, runner, offer.runId, offer.epoch);
      const wait = Math.max(0, (bench.store.runs.get(offer.runId)?.notBefore ?? 0) - now());
      waits.push(wait / second);
      bench.pass(wait);
    }
    expect(waits).toEqual([0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 0]);
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "failure", reason: { code: "given_back" } });
  });
});

describe("a cancel", () => {
  test("of a queued task ends it at once", async () => {
    await ask(1);
    cancelTask(bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled", reason: { code: "cancelled" } });
    expect(claimRun(bench.world, bench.addRunner(), 1)).toBeNull();
  });

  test("of a held run asks its runner to stop, which ends it by its own report", async () => {
    await ask(1);
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    cancelTask(bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "in_progress", reason: { code: "stopping" } });
    expect(cancelsWanted(bench.world, runner, [offer])).toEqual([offer.runId]);
    const stopped: ReportBody = { kind: "completed", conclusion: "cancelled", summary: "" };
    applyReports(bench.world, runner, offer.runId, offer.epoch, reports([stopped]));
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
  });

  test("of a held run that its runner gives back instead ends it: nobody takes it again", async () => {
    await ask(1);
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    cancelTask(bench.world, "TASK-1", "ada");
    releaseRun(bench.world, runner, offer.runId, offer.epoch);
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(claimRun(bench.world, runner, 1)).toBeNull();
  });

  test("of a run whose runner is silent ends it at once, and the runner is refused when it comes back", async () => {
    await ask(1);
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    bench.pass(2 * minute);
    expireLeases(bench.world, 0);
    cancelTask(bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(() => end(runner, offer, null)).toThrow();
  });

  test("of an ended task is refused", async () => {
    await ask(1);
    cancelTask(bench.world, "TASK-1", "ada");
    expect(() => cancelTask(bench.world, "TASK-1", "ada")).toThrow();
  });

  test("of a runner's last words that cross it changes nothing: done is done", async () => {
    await ask(1);
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    applyReports(bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
    expect(() => cancelTask(bench.world, "TASK-1", "ada")).toThrow();
    expect(taskNow().status).toBe("in_review");
  });
});

describe("a policy file", () => {
  test("that breaks leaves the last good one in force, and is talked about once", async () => {
    quiet.policy = "label: claude\nverify:\n  - npm test\n";
    await ask(1);
    quiet.policy = "label: [claude\n";
    await ask(2);
    await ask(3);
    expect(bench.store.tasks.get(2)?.policy.verify).toEqual(["npm test"]);
    expect(bench.store.notices.unwritten().map(({ code, issue }) => [code, issue])).toEqual([
      ["policy_broken", 2],
      ["policy_broken", 3],
    ]);
  });

  test("that was never good starts nothing", async () => {
    quiet.policy = "label: [claude\n";
    await ask(1);
    expect(listTasks(bench.world, {})).toEqual([]);
    expect(bench.store.notices.unwritten()).toMatchObject([{ code: "policy_broken", issue: 1 }]);
  });
});

describe("a task whose pull request was merged", () => {
  async function merged(): Promise<void> {
    await ask(1);
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    applyReports(bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
    const task = bench.store.tasks.get(1);
    if (task === null) throw new Error("no task");
    const pullRequest = { number: 5, url: "u", state: "open", draft: true, headSha: null, closedBy: null } as const;
    bench.store.tasks.update({ ...task, pullRequest });
    const changed = {
      kind: "pull_request_changed",
      repository: shop,
      number: 5,
      state: "merged",
      draft: false,
    } as const;
    const actor = { login: "ada", isBot: false };
    await followPullRequest(bench.world, { ...changed, headSha: "a".repeat(40), actor, at: now() });
  }

  test("is done, and is not tried again", async () => {
    await merged();
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "success" });
    expect(() => retryTask(bench.world, "TASK-1")).toThrow(/merged/);
  });

  test("goes on under a new branch and a new pull request when the label is put back", async () => {
    await merged();
    const branch = taskNow().branch;
    bench.pass(minute);
    await ask(1);
    expect(taskNow()).toMatchObject({ status: "queued", pullRequest: null });
    expect(taskNow().branch).not.toBe(branch);
    expect(bench.claim(bench.addRunner()).headSha).toBeNull();
  });
});
