import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adoptWindowMs, clockJump, graceMs, leaseMs } from "#domain/lease.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { claimRun } from "#operations/claim-run.ts";
import { expireLeases, shiftLeases } from "#operations/expire-leases.ts";
import { hearClaim } from "#operations/hear-runner.ts";
import { mintCredential } from "#operations/mint-credential.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { releaseRun } from "#operations/release-run.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { RunOffer } from "#protocol/run.ts";
import { type Bench, minute, openBench, pushed, reports, second, succeeded } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
let laptop: RunnerFacts;
let box: RunnerFacts;
beforeEach(async () => {
  bench = openBench(quietGitHub().github);
  await ask(1);
  laptop = bench.addRunner();
  box = bench.addRunner();
});
afterEach(() => bench.close());

const now = () => bench.world.clock();
const runOf = (offer: RunOffer) => {
  const run = bench.store.runs.get(offer.runId);
  if (run === null) throw new Error("no run");
  return run;
};
const taskNow = () => showTask(bench.world, "TASK-1");

async function ask(issue: number): Promise<void> {
  acceptDelivery(bench.world, labelled(issue, now()));
  await bench.workDeliveries();
}

function beat(runner: RunnerFacts, offers: readonly RunOffer[]) {
  const held = offers.map(({ runId, epoch }) => ({ runId, epoch }));
  const current = bench.store.runners.get(runner.id) ?? runner;
  return renewLeases(bench.world, current, {
    held,
    freeSlots: 1,
    freeMemoryBytes: 1,
    freeDiskBytes: 1,
    draining: false,
  });
}

const step = { kind: "step", step: "push", state: "started" } as const;
const stale = expect.objectContaining({ problem: expect.objectContaining({ status: 409, code: "stale_lease" }) });

describe("a claim", () => {
  test("gives one run to one runner, with a token that each claim raises", () => {
    const offer = bench.claim(laptop);
    expect(offer).toMatchObject({ task: "TASK-1", epoch: 1, resume: false });
    expect(claimRun(bench.world, box, 2)).toBeNull();
    releaseRun(bench.world, laptop, offer.runId, offer.epoch);
    expect(bench.claim(box)).toMatchObject({ runId: offer.runId, epoch: 2 });
  });

  test("gives nothing to a runner without a free slot, whatever it says", async () => {
    await ask(2);
    const small = bench.addRunner({ slots: 1 });
    bench.claim(small);
    expect(claimRun(bench.world, small, 5)).toBeNull();
  });
});

describe("a registration", () => {
  const here = "a".repeat(32);
  const there = "b".repeat(32);
  const from = (holder: string) => () => hearClaim(bench.world, laptop, { holder, held: [] });
  const inUse = expect.objectContaining({ problem: expect.objectContaining({ status: 409, code: "runner_in_use" }) });

  test("is used from one folder at a time: while that one is heard, another is refused with what to do (F55)", () => {
    from(here)();
    bench.pass(50 * second);
    expect(from(there)).toThrow(inUse as never);
    expect(from(there)).toThrow(/heard 50 s ago under the same registration\..+runner register --name/);
    expect(from(here)).not.toThrow();
  });

  test("goes on at once in the same folder, and in another when the one before was silent for a minute", () => {
    from(here)();
    from(here)();
    bench.pass(leaseMs + graceMs);
    expect(from(there)).not.toThrow();
    expect(from(here)).toThrow(inUse as never);
    const beat = { held: [], freeSlots: 1, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false };
    expect(() => renewLeases(bench.world, laptop, { ...beat, holder: here })).toThrow(inUse as never);
    expect(renewLeases(bench.world, laptop, { ...beat, holder: there })).toEqual({ leases: [] });
  });
});

describe("reports", () => {
  const seqOf = (offer: RunOffer, given: Parameters<typeof applyReports>[4]) =>
    applyReports(bench.world, laptop, offer.runId, offer.epoch, given);

  test("are applied in order and once: twice, out of order and behind a gap they change nothing more", () => {
    const offer = bench.claim(laptop);
    const [one, two, three, four] = reports([
      step,
      pushed("a".repeat(40), "b"),
      pushed("c".repeat(40), "b"),
      succeeded,
    ]);
    if (!one || !two || !three || !four) throw new Error("four reports");
    expect(seqOf(offer, [two])).toBe(0);
    expect(runOf(offer).headSha).toBeNull();
    expect(seqOf(offer, [two, one])).toBe(2);
    expect(seqOf(offer, [one, two, one])).toBe(2);
    expect(seqOf(offer, [four])).toBe(2);
    expect(runOf(offer).status).toBe("in_progress");
    expect(seqOf(offer, [three, four])).toBe(4);
    expect(runOf(offer)).toMatchObject({ status: "completed", conclusion: "success", headSha: "c".repeat(40) });
    expect(seqOf(offer, [four])).toBe(4);
  });

  test("after the completing one are not applied", () => {
    const offer = bench.claim(laptop);
    expect(seqOf(offer, reports([succeeded, pushed("a".repeat(40), "b")]))).toBe(1);
    expect(() => seqOf(offer, reports([pushed("a".repeat(40), "b")], 2))).toThrow(stale as never);
    expect(runOf(offer).headSha).toBeNull();
  });

  test.each([
    ["under an older token", (offer: RunOffer) => [laptop, offer.epoch] as const],
    ["of a runner that never had the run", (offer: RunOffer) => [box, offer.epoch + 7] as const],
  ])("%s are refused with 409, and change nothing", (_what, asking) => {
    const offer = bench.claim(laptop);
    releaseRun(bench.world, laptop, offer.runId, offer.epoch);
    const again = bench.claim(box);
    const [runner, epoch] = asking(offer);
    expect(() => applyReports(bench.world, runner, offer.runId, epoch, reports([succeeded]))).toThrow();
    expect(runOf(again)).toMatchObject({ status: "in_progress", lastSeq: 0, runnerId: box.id });
  });

  test("start at 1 again under a new token", () => {
    const offer = bench.claim(laptop);
    seqOf(offer, reports([step, step]));
    releaseRun(bench.world, laptop, offer.runId, offer.epoch);
    const again = bench.claim(laptop);
    expect(seqOf(again, reports([pushed("d".repeat(40), "b")]))).toBe(1);
    expect(runOf(again).headSha).toBe("d".repeat(40));
  });
});

describe("a lease", () => {
  const start = 0;

  test("goes on with heartbeats, and a partition of 40 s shows nowhere (F08)", () => {
    const offer = bench.claim(laptop);
    for (let count = 0; count < 5; count += 1) {
      bench.pass(40 * second);
      expireLeases(bench.world, start);
      expect(taskNow().status).toBe("in_progress");
      expect(beat(laptop, [offer]).leases).toMatchObject([{ held: true, want: "go_on" }]);
    }
  });

  test("that ended 5 min ago waits with the reason, and is taken up again by its own runner (F08)", () => {
    const offer = bench.claim(laptop);
    bench.pass(leaseMs + graceMs);
    expireLeases(bench.world, start);
    expect(taskNow()).toMatchObject({ status: "waiting", reason: { code: "runner_silent" } });
    bench.pass(5 * minute);
    expireLeases(bench.world, start);
    expect(claimRun(bench.world, box, 2)).toBeNull();
    expect(applyReports(bench.world, laptop, offer.runId, offer.epoch, reports([step]))).toBe(1);
    expect(taskNow()).toMatchObject({ status: "in_progress", reason: null });
  });

  test("that ended 20 min ago is lost: a new run with its own token, and the old runner is refused everything (F08, F56)", async () => {
    const offer = bench.claim(laptop);
    bench.pass(leaseMs + graceMs);
    expireLeases(bench.world, start);
    bench.pass(adoptWindowMs);
    expireLeases(bench.world, start);
    expect(runOf(offer)).toMatchObject({ status: "completed", conclusion: "lost", reason: { code: "runner_lost" } });
    bench.pass(minute);
    const again = bench.claim(box);
    expect(again.runId).not.toBe(offer.runId);
    expect(beat(laptop, [offer]).leases).toMatchObject([{ held: false, want: "cancel" }]);
    expect(() => applyReports(bench.world, laptop, offer.runId, offer.epoch, reports([succeeded]))).toThrow();
    const minting = mintCredential(bench.world, laptop, offer.runId, { epoch: offer.epoch, access: "write" });
    await expect(minting).rejects.toMatchObject({ problem: { status: 409 } });
  });

  test("that is lost lets its runner save the work, when nobody else is at work on the task (F56)", async () => {
    const offer = bench.claim(laptop);
    bench.pass(leaseMs + graceMs);
    expireLeases(bench.world, start);
    bench.pass(adoptWindowMs);
    expireLeases(bench.world, start);
    const save = () => mintCredential(bench.world, laptop, offer.runId, { epoch: offer.epoch, access: "save" });
    const [by, how] = [box, { epoch: offer.epoch, access: "save" } as const];
    await expect(mintCredential(bench.world, by, offer.runId, how)).rejects.toMatchObject({
      problem: { code: "stale_lease" },
    });
    bench.pass(minute);
    const again = bench.claim(box);
    await expect(save()).rejects.toMatchObject({ problem: { status: 409, code: "task_busy" } });
    applyReports(bench.world, box, again.runId, again.epoch, reports([succeeded]));
    expect(await save()).toMatchObject({ username: expect.any(String) });
    bench.pass(8 * 24 * 60 * minute);
    await expect(save()).rejects.toMatchObject({ problem: { code: "stale_lease" } });
  });

  test("gives no credential once it has ended, even before anybody else has the run", async () => {
    const offer = bench.claim(laptop);
    bench.pass(leaseMs + 1);
    const asked = mintCredential(bench.world, laptop, offer.runId, { epoch: offer.epoch, access: "write" });
    await expect(asked).rejects.toMatchObject({ problem: { code: "lease_over" } });
  });

  test("outlives a server that was away for hours: it is counted from the server's return (F01)", () => {
    const offer = bench.claim(laptop);
    bench.pass(180 * minute);
    const returned = now();
    expireLeases(bench.world, returned);
    bench.pass(30 * second);
    expireLeases(bench.world, returned);
    expect(taskNow().status).toBe("in_progress");
    expect(beat(laptop, [offer]).leases).toMatchObject([{ held: true }]);
  });

  test("of a runner that died while the server was away ends all the same", () => {
    bench.claim(laptop);
    bench.pass(180 * minute);
    const returned = now();
    bench.pass(leaseMs + graceMs);
    expireLeases(bench.world, returned);
    expect(taskNow().status).toBe("waiting");
    bench.pass(adoptWindowMs);
    expireLeases(bench.world, returned);
    expect(taskNow()).toMatchObject({ status: "queued", reason: { code: "retry_later" } });
  });

  test.each([
    ["an hour forward", 60 * minute],
    ["an hour back", -60 * minute],
    ["40 days forward", 40 * 24 * 60 * minute],
  ])("keeps what is left of it when the clock is set %s (F12)", (_how, jump) => {
    const offer = bench.claim(laptop);
    const before = { wall: now(), monotonic: 1_000 };
    bench.pass(5 * second + jump);
    expect(clockJump(before, { wall: now(), monotonic: 6_000 })).toBe(jump);
    shiftLeases(bench.world, jump);
    expireLeases(bench.world, now());
    expect(runOf(offer)).toMatchObject({ status: "in_progress", leaseUntil: now() + leaseMs - 5 * second });
    bench.pass(leaseMs + graceMs);
    expireLeases(bench.world, start);
    expect(taskNow().status).toBe("waiting");
  });

  test("is not moved by the small steps of a clock that is kept right", () => {
    expect(clockJump({ wall: 0, monotonic: 0 }, { wall: 9_000, monotonic: 5_000 })).toBe(0);
  });

  test("whose claim never arrived is taken back at once when its runner claims again (F10)", () => {
    const offer = bench.claim(laptop);
    hearClaim(bench.world, laptop, { held: [] });
    expect(runOf(offer)).toMatchObject({ status: "queued", runnerId: null });
    expect(bench.claim(laptop)).toMatchObject({ runId: offer.runId, epoch: 2 });
    // What it names, and what a runner that names nothing holds, stays.
    hearClaim(bench.world, laptop, { held: [{ runId: offer.runId, epoch: 2 }] });
    hearClaim(bench.world, laptop, {});
    expect(runOf(offer)).toMatchObject({ status: "in_progress", epoch: 2 });
  });

  test("whose claim never arrived goes back into the queue by the next heartbeats", () => {
    const offer = bench.claim(laptop);
    bench.pass(25 * second);
    beat(laptop, []);
    expect(runOf(offer)).toMatchObject({ status: "queued", runnerId: null });
    expect(bench.claim(box).epoch).toBe(2);
  });
});
