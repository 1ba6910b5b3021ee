import type { RunFacts } from "#domain/run.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { claimRun } from "#operations/claim-run.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import type { Report, ReportBody } from "#protocol/report.ts";
import { randomFrom } from "#test/src/store/random.ts";
import { type Bench, openBench } from "../bench.ts";
import { type QuietGitHub, quietGitHub } from "../quiet-github.ts";

export const issues = [1, 2, 3];

/** What a runner knows of a run that it believes to hold. */
type Held = { runId: number; taskId: number; epoch: number; renewedAt: number; spool: Report[]; said: number };
/** A server, and runners of which it hears only what reaches it. */
export type Sim = {
  bench: Bench;
  quiet: QuietGitHub;
  random: () => number;
  runners: { facts: RunnerFacts; held: Held[] }[];
  /** What runners gave back, and whose reports still come: from a spool that was sent before, and only arrives now. */
  ghosts: { facts: RunnerFacts; held: Held }[];
  before: Map<number, RunFacts>;
  trace: string[];
};

export const pick = <T>(sim: Sim, list: readonly T[]): T => list[Math.floor(sim.random() * list.length)] as T;
export const chance = (sim: Sim, share: number) => sim.random() < share;

export function openSim(seed: number): Sim {
  const quiet = quietGitHub();
  const bench = openBench(quiet.github);
  // No wait of ours between two attempts may stand in for a lease.
  bench.world.operator.retryBaseMs = 0;
  for (const issue of issues) quiet.issues.set(issue, { labels: [], isOpen: true });
  const runners = [1, 2].map((slots) => ({ facts: bench.addRunner({ slots }), held: [] }));
  return { bench, quiet, random: randomFrom(seed), runners, ghosts: [], before: new Map(), trace: [] };
}

/** A refusal is an answer like any other; anything else is a bug. */
export function refused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** Puts something into the spool. */
export function say(held: Held, body: ReportBody): void {
  held.said += 1;
  held.spool.push({ seq: held.said, at: "2026-11-21T14:00:00.000Z", body });
}

/** How a run may end, the good way first. */
export const ends: readonly ReportBody[] = [
  { kind: "completed", conclusion: "success", summary: "Done." },
  { kind: "completed", conclusion: "failure", summary: "", reason: { code: "agent_killed", sentence: "It died." } },
  { kind: "completed", conclusion: "failure", summary: "", reason: { code: "setup_failed", sentence: "No." } },
  { kind: "completed", conclusion: "cancelled", summary: "" },
];

/** A runner asks for a run; where answers are lost it may never hear of it. */
export function claim(sim: Sim, isLossy: boolean): void {
  const runner = pick(sim, sim.runners);
  const offer = claimRun(sim.bench.world, runner.facts, runner.facts.slots - runner.held.length);
  if (offer === null || (isLossy && chance(sim, 0.15))) return;
  const taskId = Number(offer.task.slice("TASK-".length));
  const renewedAt = sim.bench.world.clock();
  runner.held.push({ runId: offer.runId, taskId, epoch: offer.epoch, renewedAt, spool: [], said: 0 });
}

/** A runner sends what it has to tell: where the way is bad, out of order, or without hearing that it arrived. */
export function send(sim: Sim, isLossy: boolean): void {
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

/** A runner renews its leases, and heeds what the answer wants. */
export function beat(sim: Sim, isLossy: boolean): void {
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
