import { expect, test } from "vitest";
import { fenceMarginMs, leaseMs } from "#domain/lease.ts";
import type { RunFacts } from "#domain/run.ts";
import { nextStatusFor } from "#domain/run-machine.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import { expireLeases } from "#operations/expire-leases.ts";
import { followPullRequest } from "#operations/follow-pull-request.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { releaseRun } from "#operations/release-run.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { retryTask } from "#operations/retry-task.ts";
import { showTask } from "#operations/show-tasks.ts";
import { wakeQueue } from "#operations/wake-queue.ts";
import type { Report, ReportBody } from "#protocol/report.ts";
import { randomFrom } from "#test/src/store/random.ts";
import { type Bench, minute, openBench, second } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub, shop } from "./quiet-github.ts";

/** CCO_LONG=1 for the long run, CCO_SEED to repeat one. */
const seeds = process.env.CCO_LONG === "1" ? 1_000 : 15;
const steps = process.env.CCO_LONG === "1" ? 500 : 150;
const only = process.env.CCO_SEED === undefined ? null : Number(process.env.CCO_SEED);

const issues = [1, 2, 3];

/** What a runner knows of a run that it believes to hold. */
type Held = { runId: number; taskId: number; epoch: number; renewedAt: number; spool: Report[]; said: number };
type Sim = {
  bench: Bench;
  quiet: QuietGitHub;
  random: () => number;
  runners: { facts: RunnerFacts; held: Held[] }[];
  /** What runners gave back, and whose reports still come: from a spool that was sent before, and only arrives now. */
  ghosts: { facts: RunnerFacts; held: Held }[];
  before: Map<number, RunFacts>;
  trace: string[];
};

const pick = <T>(sim: Sim, list: readonly T[]): T => list[Math.floor(sim.random() * list.length)] as T;
const chance = (sim: Sim, share: number) => sim.random() < share;

function openSim(seed: number): Sim {
  const quiet = quietGitHub();
  const bench = openBench(quiet.github);
  // No wait of ours between two attempts may stand in for a lease.
  bench.world.operator.retryBaseMs = 0;
  for (const issue of issues) quiet.issues.set(issue, { labels: [], isOpen: true });
  const runners = [1, 2].map((slots) => ({ facts: bench.addRunner({ slots }), held: [] }));
  return { bench, quiet, random: randomFrom(seed), runners, ghosts: [], before: new Map(), trace: [] };
}

/** A refusal is an answer like any other; anything else is a bug. */
function refused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

function say(held: Held, body: ReportBody): void {
  held.said += 1;
  held.spool.push({ seq: held.said, at: "2026-11-21T14:00:00.000Z", body });
}

const ends: readonly ReportBody[] = [
  { kind: "completed", conclusion: "success", summary: "Done." },
  { kind: "completed", conclusion: "failure", summary: "", reason: { code: "agent_killed", sentence: "It died." } },
  { kind: "completed", conclusion: "failure", summary: "", reason: { code: "setup_failed", sentence: "No." } },
  { kind: "completed", conclusion: "cancelled", summary: "" },
];

function claim(sim: Sim, isLossy: boolean): void {
  const runner = pick(sim, sim.runners);
  const offer = claimRun(sim.bench.world, runner.facts, runner.facts.slots - runner.held.length);
  if (offer === null || (isLossy && chance(sim, 0.15))) return;
  const taskId = Number(offer.task.slice("TASK-".length));
  const renewedAt = sim.bench.world.clock();
  runner.held.push({ runId: offer.runId, taskId, epoch: offer.epoch, renewedAt, spool: [], said: 0 });
}

function send(sim: Sim, isLossy: boolean): void {
  const runner = pick(sim, sim.runners);
  const held = runner.held.length === 0 ? null : pick(sim, runner.held);
  if (held === null || held.spool.length === 0) return;
  const given = isLossy && chance(sim, 0.3) ? [...held.spool].reverse().slice(0, 2) : held.spool;
  const told = () => applyReports(sim.bench.world, runner.facts, held.runId, held.epoch, given);
  const acknowledged = refused(told);
  if (isLossy && chance(sim, 0.2)) return;
  if (acknowledged === null) runner.held = runner.held.filter((one) => one !== held);
  else held.spool = held.spool.filter(({ seq }) => seq > acknowledged);
  const isOver = sim.bench.store.runs.get(held.runId)?.status === "completed";
  if (isOver && held.spool.length === 0) runner.held = runner.held.filter((one) => one !== held);
}

function beat(sim: Sim, isLossy: boolean): void {
  const runner = pick(sim, sim.runners);
  const askedAt = sim.bench.world.clock();
  const facts = sim.bench.store.runners.get(runner.facts.id) ?? runner.facts;
  const named = runner.held.map(({ runId, epoch }) => ({ runId, epoch }));
  const usual = { freeSlots: 1, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false };
  const { leases } = renewLeases(sim.bench.world, facts, { held: named, ...usual });
  if (isLossy && chance(sim, 0.2)) return;
  for (const lease of leases) {
    const held = runner.held.find((one) => one.runId === lease.runId);
    if (held === undefined) continue;
    if (!lease.held) runner.held = runner.held.filter((one) => one !== held);
    else if (lease.want === "cancel") say(held, { kind: "completed", conclusion: "cancelled", summary: "" });
    else held.renewedAt = askedAt;
  }
}

async function step(sim: Sim): Promise<string> {
  const { bench, quiet } = sim;
  const { world } = bench;
  const issue = pick(sim, issues);
  const now = world.clock();
  const acts: [number, string, () => unknown][] = [
    [4, "claim", () => claim(sim, true)],
    [6, "send", () => send(sim, true)],
    [5, "beat", () => beat(sim, true)],
    [4, "a second", () => bench.pass(1 + Math.floor(sim.random() * 15) * second)],
    [1, "minutes", () => bench.pass(Math.floor(sim.random() * 15) * minute)],
    [4, "sweep", () => [expireLeases(world, 0), wakeQueue(world, now - minute)]],
    [
      3,
      "label",
      () => {
        quiet.issues.set(issue, { labels: ["claude"], isOpen: true });
        acceptDelivery(world, labelled(issue, now, { guid: `l${sim.trace.length}` }));
      },
    ],
    [
      1,
      "unlabel",
      () => {
        quiet.issues.set(issue, { labels: [], isOpen: true });
        const actor = { login: "ada", isBot: false };
        const happening = {
          kind: "issue_unlabelled",
          repository: shop,
          issue,
          label: "claude",
          actor,
          at: now,
        } as const;
        const guid = `u${sim.trace.length}`;
        acceptDelivery(world, { guid, hookId: "1", event: "issues", action: "unlabeled", receivedAt: now, happening });
      },
    ],
    [4, "deliveries", () => bench.workDeliveries()],
    [
      5,
      "work",
      () => {
        const held = sim.runners.flatMap((runner) => runner.held);
        if (held.length === 0) return;
        const one = pick(sim, held);
        const text = `${one.runId}.${one.epoch}.${one.said + 1}`;
        const line = { at: "2026-11-21T14:00:00.000Z", kind: "say", text } as const;
        say(one, chance(sim, 0.25) ? pick(sim, ends) : { kind: "log", lines: [line] });
      },
    ],
    [
      1,
      "release",
      () => {
        const runner = pick(sim, sim.runners);
        const held = runner.held[0];
        if (held === undefined) return;
        say(held, pick(sim, ends));
        sim.ghosts.push({ facts: runner.facts, held });
        refused(() => releaseRun(world, runner.facts, held.runId, held.epoch));
        runner.held = runner.held.filter((one) => one !== held);
      },
    ],
    [
      2,
      "ghost",
      () => {
        if (sim.ghosts.length === 0) return;
        const { facts, held } = pick(sim, sim.ghosts);
        const before = bench.store.runs.get(held.runId);
        refused(() => applyReports(world, facts, held.runId, held.epoch, held.spool));
        expect(bench.store.runs.get(held.runId), "what was given back is changed from afar").toEqual(before);
      },
    ],
    [1, "forget", () => pick(sim, sim.runners).held.splice(0)],
    [1, "cancel", () => refused(() => cancelTask(world, `TASK-${issue}`, "ada"))],
    [1, "retry", () => refused(() => retryTask(world, `TASK-${issue}`))],
    [
      1,
      "merge",
      () => {
        const actor = { login: "ada", isBot: false };
        const changed = { kind: "pull_request_changed", repository: shop, number: issue, draft: false, actor } as const;
        return followPullRequest(world, { ...changed, state: "merged", headSha: "a".repeat(40), at: now });
      },
    ],
  ];
  let at = sim.random() * acts.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, name, act] of acts) {
    at -= weight;
    if (at >= 0) continue;
    await act();
    return name;
  }
  return "nothing";
}

const runsOf = ({ bench }: Sim) =>
  bench.store.tasks.list({ limit: 100 }).flatMap(({ id }) => bench.store.runs.ofTask(id));

function check(sim: Sim): void {
  const now = sim.bench.world.clock();
  const working = new Map<number, string>();
  for (const { facts, held } of sim.runners) {
    for (const one of held.filter(({ renewedAt }) => now - renewedAt < leaseMs - fenceMarginMs)) {
      // Whose completing report is stored has nothing more to push, whatever it believes.
      const run = sim.bench.store.runs.get(one.runId);
      if (run?.status === "completed" && run.epoch === one.epoch && run.lastSeq > 0 && run.conclusion !== "lost")
        continue;
      expect(working.get(one.taskId), `I2: two runners work on TASK-${one.taskId}`).toBeUndefined();
      working.set(one.taskId, facts.name);
    }
  }
  const alive = new Set<number>();
  for (const run of runsOf(sim)) {
    if (run.status !== "completed") {
      expect(alive.has(run.taskId), `I2: two living runs of task ${run.taskId}`).toBe(false);
      alive.add(run.taskId);
      const hasOwner =
        run.status === "queued" ? run.leaseUntil === null : run.leaseUntil !== null && run.runnerId !== null;
      expect(hasOwner, `I4: run ${run.id} (${run.status}) has nobody to take it further`).toBe(true);
    }
    const before = sim.before.get(run.id);
    if (before !== undefined) checkChange(before, run);
    sim.before.set(run.id, run);
  }
}

const events = ["claim", "release", "silence", "heard", "complete", "lose", "cancel"] as const;

function checkChange(before: RunFacts, now: RunFacts): void {
  if (before.status === "completed") expect(now, `I4: run ${now.id} has ended`).toEqual(before);
  if (before.status !== now.status) {
    // One step may be two transitions: a silent runner's last words make it heard and done.
    const once = events.map((event) => nextStatusFor(before.status, event));
    const twice = once.flatMap((status) =>
      status === null ? [] : events.map((event) => nextStatusFor(status, event)),
    );
    expect([...once, ...twice], `I4: run ${now.id}`).toContain(now.status);
  }
  expect(now.epoch).toBeGreaterThanOrEqual(before.epoch);
  if (now.epoch === before.epoch) expect(now.lastSeq).toBeGreaterThanOrEqual(before.lastSeq);
}

/** Whatever was said under one token arrived in its order, without a gap and once. */
async function checkLogs(sim: Sim): Promise<void> {
  for (const { id } of sim.bench.store.tasks.list({ limit: 100 })) {
    const lines = (await sim.bench.world.logs.read(id, 10_000)).map(({ text }) => text);
    expect(new Set(lines).size).toBe(lines.length);
    const last = new Map<string, number>();
    for (const line of lines) {
      const [run = "", epoch = "", seq = ""] = line.split(".");
      expect(Number(seq)).toBeGreaterThan(last.get(`${run}.${epoch}`) ?? 0);
      last.set(`${run}.${epoch}`, Number(seq));
    }
  }
}

/** With no more faults, everything ends (I5). */
async function settle(sim: Sim): Promise<void> {
  const { bench } = sim;
  const isOver = () => runsOf(sim).every(({ status }) => status === "completed");
  for (let round = 0; round < 600 && !isOver(); round += 1) {
    await bench.workDeliveries();
    for (let turn = 0; turn < 4; turn += 1) {
      beat(sim, false);
      claim(sim, false);
      for (const { held } of sim.runners)
        for (const one of held) if (one.spool.length === 0) say(one, ends[0] as ReportBody);
      send(sim, false);
    }
    bench.pass(10 * second);
    expireLeases(bench.world, 0);
    check(sim);
  }
  for (const { id } of bench.store.tasks.list({ limit: 100 })) {
    expect(["in_review", "completed"], `TASK-${id}`).toContain(showTask(bench.world, `TASK-${id}`).status);
  }
}

test(`no schedule of deliveries, claims, lost answers, silences and wishes breaks an invariant (F57, I2, I4, I5): ${seeds} seeds`, async () => {
  const all = only === null ? Array.from({ length: seeds }, (_, at) => at + 1) : [only];
  for (const seed of all) {
    const sim = openSim(seed);
    try {
      for (let count = 0; count < steps; count += 1) {
        sim.trace.push(await step(sim));
        check(sim);
      }
      await settle(sim);
      await checkLogs(sim);
    } catch (error) {
      throw new Error(`seed ${seed} after: ${sim.trace.slice(-25).join(", ")}\n${String(error)}`, { cause: error });
    } finally {
      sim.bench.close();
    }
  }
}, 600_000);
