import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { leaseMs } from "#domain/lease.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { bringForward } from "#operations/bring-forward.ts";
import { expireLeases } from "#operations/expire-leases.ts";
import { followPullRequest } from "#operations/follow-pull-request.ts";
import { redeliverMissed } from "#operations/redeliver.ts";
import { submitTask } from "#operations/submit-task.ts";
import { type Bench, hour, minute, openBench, reports, second, succeeded } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub, shop } from "./quiet-github.ts";

let bench: Bench;
let quiet: QuietGitHub;
beforeEach(() => {
  quiet = quietGitHub();
  bench = openBench(quiet.github);
});
afterEach(() => bench.close());

const runs = () => bench.store.runs.ofTask(1);

async function label(): Promise<ReturnType<typeof labelled>> {
  const delivery = labelled(1, bench.world.clock());
  acceptDelivery(bench.world, delivery);
  await bench.workDeliveries();
  return delivery;
}

describe("what is told again", () => {
  test("one label is one piece of work, also when its delivery is worked again after the work is over (I3)", async () => {
    const { happening } = await label();
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    applyReports(bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
    bench.pass(minute);
    await submitTask(bench.world, happening);
    expect(runs().map(({ conclusion }) => conclusion)).toEqual(["success"]);
    await submitTask(bench.world, { ...happening, at: bench.world.clock() });
    expect(runs().map(({ status }) => status)).toEqual(["completed", "queued"]);
  });

  test("one GUID from two hooks is two deliveries and one task (F16)", async () => {
    const delivery = labelled(1, bench.world.clock());
    expect(acceptDelivery(bench.world, delivery)).toBe(true);
    expect(acceptDelivery(bench.world, { ...delivery, hookId: "2" })).toBe(true);
    expect(acceptDelivery(bench.world, delivery)).toBe(false);
    await bench.workDeliveries();
    expect(bench.store.tasks.list({ limit: 10 })).toHaveLength(1);
    expect(runs()).toHaveLength(1);
  });

  test("a failed delivery is asked for once, its failed repetition too, and five times at most (F19)", async () => {
    const asked: number[] = [];
    let newest = 7;
    const world = {
      ...bench.world,
      github: {
        ...quiet.github,
        failedDeliveries: async () => [{ id: newest, guid: "g", at: bench.world.clock() }],
        redeliver: async (id: number) => void asked.push(id),
      },
    };
    for (const _ of [1, 2]) await redeliverMissed(world, 0);
    expect(asked).toEqual([7]);
    for (newest = 8; newest < 20; newest += 1) await redeliverMissed(world, 0);
    expect(asked).toEqual([7, 8, 9, 10, 11]);
  });

  test("a merged pull request stays merged, whatever comes late (F17)", async () => {
    await label();
    const task = bench.store.tasks.get(1);
    if (task === null) throw new Error("no task");
    const pullRequest = { number: 5, url: "u", draft: false, headSha: "a".repeat(40), closedBy: "ada" };
    bench.store.tasks.update({ ...task, pullRequest: { ...pullRequest, state: "merged" } });
    const actor = { login: "ada", isBot: false };
    const late = { kind: "pull_request_changed", repository: shop, number: 5, draft: true, actor, at: 1 } as const;
    for (const state of ["open", "closed"] as const)
      await followPullRequest(bench.world, { ...late, state, headSha: "b".repeat(40) });
    expect(bench.store.tasks.get(1)?.pullRequest).toMatchObject({ state: "merged", headSha: "a".repeat(40) });
  });
});

describe("a clock that was set back while the server was away (F12)", () => {
  test("holds neither deliveries nor surfaces nor another attempt", async () => {
    await label();
    const run = runs()[0];
    if (run === undefined) throw new Error("no run");
    const later = bench.world.clock() + 40 * 24 * hour;
    bench.store.runs.update({ ...run, notBefore: later });
    acceptDelivery(bench.world, { ...labelled(2, later), guid: "far" });
    bench.store.surfaces.postpone(1, later);
    bringForward(bench.world);
    const now = bench.world.clock();
    expect(bench.store.deliveries.nextPendingAt()).toBe(now);
    expect(bench.store.surfaces.nextDueAt()).toBe(now);
    expect(runs()[0]?.notBefore).toBe(now);
  });

  test("leaves alone what waits for a few minutes, or for a limit of which somebody else told the end", async () => {
    await label();
    const run = runs()[0];
    if (run === undefined) throw new Error("no run");
    const until = bench.world.clock() + 4 * hour;
    const reason = { code: "usage_limit", sentence: "Full.", until: new Date(until).toISOString() };
    bench.store.runs.update({ ...run, status: "completed", conclusion: "failure", reason, completedAt: 1 });
    const { id: _, ...next } = run;
    bench.store.runs.insert({ ...next, attempt: 2, notBefore: until });
    const soon = bench.world.clock() + minute;
    bench.store.surfaces.postpone(1, soon);
    bringForward(bench.world);
    expect(runs()[1]?.notBefore).toBe(until);
    expect(bench.store.surfaces.nextDueAt()).toBe(soon);
  });

  test("lets no dead runner hold its run for longer than a lease", async () => {
    await label();
    bench.claim(bench.addRunner());
    const run = runs()[0];
    if (run === undefined) throw new Error("no run");
    bench.store.runs.update({ ...run, leaseUntil: bench.world.clock() + hour });
    expireLeases(bench.world, 0);
    expect(runs()[0]?.leaseUntil).toBe(bench.world.clock() + leaseMs);
    bench.pass(leaseMs + 20 * second);
    expireLeases(bench.world, 0);
    expect(runs()[0]).toMatchObject({ status: "waiting", reason: { code: "runner_silent" } });
  });
});
