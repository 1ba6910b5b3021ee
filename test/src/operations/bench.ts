import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCheckouts } from "#local/checkouts.ts";
import { applySurfaces } from "#operations/apply-surfaces.ts";
import { claimRun } from "#operations/claim-run.ts";
import type { GitHub } from "#operations/ports/github.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import type { Bell, World } from "#operations/ports/world.ts";
import { actOfCommand } from "#operations/show-acts.ts";
import { workNextDelivery } from "#operations/work-delivery.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { TaskAct } from "#protocol/team.ts";
import { openLogs } from "#store/logs.ts";
import { type OpenStore, openStore } from "#store/store.ts";

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

export type Bench = {
  world: World;
  store: OpenStore;
  /** Lets the clock go on. */
  pass(ms: number): void;
  /** How often each bell was rung since the last time this was asked. */
  rung(): Record<string, number>;
  /** What was told of people's commands since the last time this was asked. */
  acts(): TaskAct[];
  addRunner(of?: Partial<RunnerFacts>): RunnerFacts;
  /** The next run for the runner, which must be there. */
  claim(runner: RunnerFacts): RunOffer;
  workDeliveries(): Promise<void>;
  /** Writes what is due now, and what becomes due by that. */
  show(): Promise<void>;
  close(): void;
};

/** The operations on a real store in a folder of its own, with a clock that stands until it is told to go on. */
export function openBench(github: GitHub, of: { startsAt?: number } = {}): Bench {
  const folder = mkdtempSync(join(tmpdir(), "cco-bench-"));
  const store = openStore({ file: join(folder, "state.db") });
  let now = of.startsAt ?? Date.UTC(2026, 10, 21, 14, 0);
  let rung: Record<string, number> = {};
  const acts: TaskAct[] = [];
  let secrets = 0;
  let runners = 0;
  const count = (name: keyof Bell) => () => {
    rung[name] = (rung[name] ?? 0) + 1;
  };
  const world: World = {
    store,
    logs: openLogs(join(folder, "logs")),
    github,
    checkouts: openCheckouts(),
    bell: {
      queue: count("queue"),
      work: count("work"),
      task: count("task"),
      command: (of) => {
        const act = actOfCommand(world, of);
        if (act !== null) acts.push(act);
      },
      runner: count("runner"),
      log: count("log"),
    },
    clock: () => now,
    random: () => 0.5,
    newSessionId: () => {
      secrets += 1;
      return `9b2d8c1e-0000-4000-8000-${String(secrets).padStart(12, "0")}`;
    },
    newSecret: () => {
      secrets += 1;
      return `secret-${secrets}`;
    },
    operator: {
      publicRepositories: [],
      dashboardUrl: null,
      mostRuns: null,
      retryBaseMs: 30 * second,
      progressIntervalMs: 15 * second,
      author: { name: "Claude", email: "noreply@anthropic.com" },
      markerKey: "key-of-the-test",
    },
  };
  return {
    world,
    store,
    pass: (ms) => {
      now += ms;
    },
    rung: () => {
      const before = rung;
      rung = {};
      return before;
    },
    acts: () => acts.splice(0),
    addRunner: (more = {}) => {
      runners += 1;
      const { id: _, ...given } = { id: 0, ...more };
      return store.runners.insert({
        name: `runner-${runners}`,
        credentialHash: `hash-${runners}`,
        labels: [],
        slots: 2,
        version: "test",
        sandbox: "none",
        repositories: [],
        draining: false,
        heartbeatAt: now,
        freeMemoryBytes: null,
        freeDiskBytes: null,
        notClaiming: null,
        holder: null,
        registeredAt: now,
        onlyRun: null,
        endsAt: null,
        ...given,
      });
    },
    claim: (runner) => {
      const offer = claimRun(world, runner, runner.slots);
      if (offer === null) throw new Error(`nothing to claim for ${runner.name}`);
      return offer;
    },
    async workDeliveries() {
      while (await workNextDelivery(world));
    },
    async show() {
      for (let round = 0; round < 10; round += 1) {
        const due = store.surfaces.due(now);
        if (due.length === 0) {
          const next = store.surfaces.nextDueAt();
          if (next === null || next > now + 2 * second) return;
          now = next;
        }
        for (const { taskId, dueAt } of due) {
          await applySurfaces(world, taskId);
          store.surfaces.settle(taskId, dueAt);
        }
      }
    },
    close() {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Numbered reports from the first on. */
export function reports(bodies: readonly ReportBody[], from = 1) {
  return bodies.map((body, at) => ({ seq: from + at, at: "2026-11-21T14:00:00.000Z", body }));
}

export function pushed(sha: string, branch: string): ReportBody {
  const commits = [{ sha, subject: "Greet in French", files: 1 }];
  return { kind: "pushed", branch, sha, commits, diff: { files: 1, insertions: 1, deletions: 1 }, findings: [] };
}

export const succeeded: ReportBody = { kind: "completed", conclusion: "success", summary: "Done." };
