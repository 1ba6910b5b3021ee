import { describe, expect, test } from "vitest";
import { claimsAllowed } from "#domain/retry.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { claimRun } from "#operations/claim-run.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { releaseRun } from "#operations/release-run.ts";
import type { Reason } from "#protocol/words.ts";
import { reports, second, succeeded } from "./bench.ts";
import { queueing } from "./queueing.ts";

const on = queueing();
const { now, ask, end, because, beat, taskNow } = on;

test("a runner with too little memory or disk takes nothing, and the queue says so in words", async () => {
  await ask(1);
  const laptop = on.bench.addRunner({ name: "laptop" });
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
  expect(on.bench.store.surfaces.due(now() + 2 * second)).toMatchObject([{ taskId: 1 }]);
});

describe("the queue", () => {
  const order = (runner: RunnerFacts, count: number) =>
    Array.from({ length: count }, () => on.bench.claim(runner).task.replace("TASK-", "")).join(" ");

  function inRepository(id: number, name: string): void {
    const task = on.bench.store.tasks.get(id);
    if (task !== null) on.bench.store.tasks.update({ ...task, repository: { ...task.repository, name } });
  }

  test("goes by priority, then by the repository with the fewest runs in progress, then by age", async () => {
    await ask(1, 2, 3, 4, 5);
    inRepository(4, "acme/other");
    const last = on.bench.store.tasks.get(5);
    if (last !== null) on.bench.store.tasks.update({ ...last, priority: "high" });
    expect(order(on.bench.addRunner({ slots: 5 }), 5)).toBe("5 4 1 2 3");
  });

  test("offers a run only to a runner with its labels and the right to its repository, and says which is missing", async () => {
    await ask(1);
    const task = on.bench.store.tasks.get(1);
    if (task !== null) on.bench.store.tasks.update({ ...task, policy: { ...task.policy, runs_on: ["gpu"] } });
    expect(taskNow().reason).toMatchObject({ code: "no_runner" });
    const plain = on.bench.addRunner();
    const foreign = on.bench.addRunner({ labels: ["gpu"], repositories: ["acme/other"] });
    for (const runner of [plain, foreign]) expect(claimRun(on.bench.world, runner, 2)).toBeNull();
    expect(taskNow().reason).toMatchObject({ code: "no_fitting_runner", sentence: expect.stringContaining("gpu") });
    expect(on.bench.claim(on.bench.addRunner({ labels: ["gpu", "big"] })).task).toBe("TASK-1");
  });

  test("says how many are ahead while all runners are busy", async () => {
    await ask(1, 2, 3);
    on.bench.claim(on.bench.addRunner({ slots: 1 }));
    expect([2, 3].map((id) => taskNow(id).reason?.sentence)).toEqual([
      "All runners are busy; this is next.",
      "All runners are busy; 1 ahead of this.",
    ]);
  });

  test("a poison task whose attempts fail, or come back at once, never starves the others (F57)", async () => {
    await ask(1, 2, 3);
    const runner = on.bench.addRunner({ slots: 1 });
    const done: string[] = [];
    for (let turn = 0; turn < 40 && done.length < 2; turn += 1) {
      const offer = claimRun(on.bench.world, runner, 1);
      if (offer === null) on.bench.pass(second);
      else if (offer.task !== "TASK-1") {
        applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
        done.push(offer.task);
      } else if (turn % 2 === 0) releaseRun(on.bench.world, runner, offer.runId, offer.epoch);
      else end(runner, offer, because("agent_killed"));
    }
    expect(done).toEqual(["TASK-2", "TASK-3"]);
  });

  test("a run that is given back again and again is offered more and more rarely, and fails in the end", async () => {
    await ask(1);
    const runner = on.bench.addRunner();
    const waits: number[] = [];
    for (let claims = 1; claims <= claimsAllowed; claims += 1) {
      const offer = on.bench.claim(runner);
      releaseRun(on.bench.world, runner, offer.runId, offer.epoch);
      const wait = Math.max(0, (on.bench.store.runs.get(offer.runId)?.notBefore ?? 0) - now());
      waits.push(wait / second);
      on.bench.pass(wait);
    }
    expect(waits).toEqual([0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 0]);
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "failure", reason: { code: "given_back" } });
  });
});
