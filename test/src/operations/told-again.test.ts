import { describe, expect, test } from "vitest";
import { leaseMs } from "#domain/lease.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { bringForward } from "#operations/bring-forward.ts";
import { expireLeases } from "#operations/expire-leases.ts";
import { followPullRequest } from "#operations/follow-pull-request.ts";
import { redeliverMissed } from "#operations/redeliver.ts";
import { submitTask } from "#operations/submit-task.ts";
import { hour, minute, reports, second, succeeded } from "./bench.ts";
import { queueing } from "./queueing.ts";
import { labelled, shop } from "./quiet-github.ts";

const on = queueing();

const runs = () => on.bench.store.runs.ofTask(1);

async function label(): Promise<ReturnType<typeof labelled>> {
  const delivery = labelled(1, on.bench.world.clock());
  acceptDelivery(on.bench.world, delivery);
  await on.bench.workDeliveries();
  return delivery;
}

describe("what is told again", () => {
  test("one label is one piece of work, also when its delivery is worked again after the work is over (I3)", async () => {
    const { happening } = await label();
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([succeeded]));
    on.bench.pass(minute);
    await submitTask(on.bench.world, happening);
    expect(runs().map(({ conclusion }) => conclusion)).toEqual(["success"]);
    await submitTask(on.bench.world, { ...happening, at: on.bench.world.clock() });
    expect(runs().map(({ status }) => status)).toEqual(["completed", "queued"]);
  });

  test("one GUID from two hooks is two deliveries and one task (F16)", async () => {
    const delivery = labelled(1, on.bench.world.clock());
    expect(acceptDelivery(on.bench.world, delivery)).toBe(true);
    expect(acceptDelivery(on.bench.world, { ...delivery, hookId: "2" })).toBe(true);
    expect(acceptDelivery(on.bench.world, delivery)).toBe(false);
    await on.bench.workDeliveries();
    expect(on.bench.store.tasks.list({ limit: 10 })).toHaveLength(1);
    expect(runs()).toHaveLength(1);
  });

  test("a failed delivery is asked for once, its failed repetition too, and five times at most (F19)", async () => {
    const asked: number[] = [];
    let newest = 7;
    const world = {
      ...on.bench.world,
      github: {
        ...on.quiet.github,
        failedDeliveries: async () => [{ id: newest, guid: "g", at: on.bench.world.clock() }],
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
    const task = on.bench.store.tasks.get(1);
    if (task === null) throw new Error("no task");
    const pullRequest = { number: 5, url: "u", draft: false, headSha: "a".repeat(40), closedBy: "ada" };
    on.bench.store.tasks.update({ ...task, pullRequest: { ...pullRequest, state: "merged" } });
    const actor = { login: "ada", isBot: false };
    const late = { kind: "pull_request_changed", repository: shop, number: 5, draft: true, actor, at: 1 } as const;
    for (const state of ["open", "closed"] as const)
      await followPullRequest(on.bench.world, { ...late, state, headSha: "b".repeat(40) });
    expect(on.bench.store.tasks.get(1)?.pullRequest).toMatchObject({ state: "merged", headSha: "a".repeat(40) });
  });
});

describe("a clock that was set back while the server was away (F12)", () => {
  test("holds neither deliveries nor surfaces nor another attempt", async () => {
    await label();
    const run = runs()[0];
    if (run === undefined) throw new Error("no run");
    const later = on.bench.world.clock() + 40 * 24 * hour;
    on.bench.store.runs.update({ ...run, notBefore: later });
    acceptDelivery(on.bench.world, { ...labelled(2, later), guid: "far" });
    on.bench.store.surfaces.postpone(1, later);
    bringForward(on.bench.world);
    const now = on.bench.world.clock();
    expect(on.bench.store.deliveries.nextPendingAt()).toBe(now);
    expect(on.bench.store.surfaces.nextDueAt()).toBe(now);
    expect(runs()[0]?.notBefore).toBe(now);
  });

  test("leaves alone what waits for a few minutes, or for a limit of which somebody else told the end", async () => {
    await label();
    const run = runs()[0];
    if (run === undefined) throw new Error("no run");
    const until = on.bench.world.clock() + 4 * hour;
    const reason = { code: "usage_limit", sentence: "Full.", until: new Date(until).toISOString() };
    on.bench.store.runs.update({ ...run, status: "completed", conclusion: "failure", reason, completedAt: 1 });
    const { id: _, ...next } = run;
    on.bench.store.runs.insert({ ...next, attempt: 2, notBefore: until });
    const soon = on.bench.world.clock() + minute;
    on.bench.store.surfaces.postpone(1, soon);
    bringForward(on.bench.world);
    expect(runs()[1]?.notBefore).toBe(until);
    expect(on.bench.store.surfaces.nextDueAt()).toBe(soon);
  });

  test("lets no dead runner hold its run for longer than a lease", async () => {
    await label();
    on.bench.claim(on.bench.addRunner());
    const run = runs()[0];
    if (run === undefined) throw new Error("no run");
    on.bench.store.runs.update({ ...run, leaseUntil: on.bench.world.clock() + hour });
    expireLeases(on.bench.world, 0);
    expect(runs()[0]?.leaseUntil).toBe(on.bench.world.clock() + leaseMs);
    on.bench.pass(leaseMs + 20 * second);
    expireLeases(on.bench.world, 0);
    expect(runs()[0]).toMatchObject({ status: "waiting", reason: { code: "runner_silent" } });
  });
});
