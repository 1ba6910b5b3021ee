import { expect, test } from "vitest";
import { expireLeases } from "#operations/expire-leases.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { ReportBody } from "#protocol/report.ts";
import { second } from "./bench.ts";
import { check, checkLogs, runsOf } from "./schedules/invariants.ts";
import { beat, claim, ends, openSim, type Sim, say, send } from "./schedules/sim.ts";
import { step } from "./schedules/step.ts";

/** CCO_LONG=1 for the long run, CCO_SEED to repeat one. */
const seeds = process.env.CCO_LONG === "1" ? 1_000 : 15;
const steps = process.env.CCO_LONG === "1" ? 500 : 150;
const only = process.env.CCO_SEED === undefined ? null : Number(process.env.CCO_SEED);

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
