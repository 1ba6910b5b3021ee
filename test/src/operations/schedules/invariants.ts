import { expect } from "vitest";
import { fenceMarginMs, leaseMs } from "#domain/lease.ts";
import type { RunFacts } from "#domain/run.ts";
import { nextStatusFor } from "#domain/run-machine.ts";
import type { Sim } from "./sim.ts";

export const runsOf = ({ bench }: Sim) =>
  bench.store.tasks.list({ limit: 100 }).flatMap(({ id }) => bench.store.runs.ofTask(id));

/** What is so at every moment. */
export function check(sim: Sim): void {
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
export async function checkLogs(sim: Sim): Promise<void> {
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
