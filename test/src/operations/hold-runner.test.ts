import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { openGauges } from "#operations/gauges.ts";
import { pauseRunner, removeRunner, resumeRunner } from "#operations/hold-runner.ts";
import { prioritiseTask } from "#operations/prioritise-task.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { listRunners } from "#operations/show-runners.ts";
import { showTask } from "#operations/show-tasks.ts";
import { type Bench, minute, openBench } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
beforeEach(() => {
  bench = openBench(quietGitHub().github);
});
afterEach(() => bench.close());

const beat = { held: [], freeSlots: 1, freeMemoryBytes: 3e9, freeDiskBytes: 1e9, draining: false };
const heard = (id: number, of: Partial<typeof beat> = {}) => {
  const runner = bench.store.runners.get(id);
  if (runner === null) throw new Error("no runner");
  return renewLeases(bench.world, runner, { ...beat, ...of });
};
async function aQueuedTask() {
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
}

test("a paused runner takes nothing, the queue says why, and resumed it goes on", async () => {
  const runner = bench.addRunner();
  heard(runner.id);
  pauseRunner(bench.world, runner.id, { by: "ada", note: "new disk", drain: false });
  await aQueuedTask();
  expect(showTask(bench.world, "TASK-1").reason?.sentence).toContain("ada paused it: new disk");
  expect(() => bench.claim(runner)).toThrow();
  expect(listRunners(bench.world)[0]).toMatchObject({ state: "online", paused: { note: "new disk", drain: false } });
  // Its own heartbeats do not undo what a person wants.
  heard(runner.id);
  expect(() => bench.claim(runner)).toThrow();
  resumeRunner(bench.world, runner.id);
  expect(bench.claim(runner).task).toBe("TASK-1");
});

test("a runner that is to end is told with its next heartbeat, once, and may come back", () => {
  const runner = bench.addRunner();
  heard(runner.id);
  pauseRunner(bench.world, runner.id, { by: "ada", note: "", drain: true });
  expect(heard(runner.id).drain).toBe(true);
  expect(heard(runner.id, { draining: true }).drain).toBeUndefined();
  expect(heard(runner.id).drain).toBeUndefined();
  expect(listRunners(bench.world)[0]).not.toHaveProperty("paused");
});

test("only a runner that is gone is removed; its credential counts no more and its name is free", () => {
  const runner = bench.addRunner();
  heard(runner.id);
  expect(() => removeRunner(bench.world, runner.id)).toThrow("still there");
  bench.pass(10 * minute);
  removeRunner(bench.world, runner.id);
  expect(listRunners(bench.world)).toEqual([]);
  expect(bench.store.runners.byCredential(runner.credentialHash)).toBeNull();
  expect(() => resumeRunner(bench.world, runner.id)).toThrow("There is no runner");
});

test("a task is moved within the queue by its priority, while it has not ended", async () => {
  await aQueuedTask();
  prioritiseTask(bench.world, "TASK-1", "high");
  expect(showTask(bench.world, "TASK-1").priority).toBe("high");
  expect(() => prioritiseTask(bench.world, "TASK-9", "high")).toThrow("TASK-9");
});

test("an hour of heartbeats is kept for the charts", () => {
  const gauges = openGauges(bench.world.clock);
  for (let n = 0; n < 400; n += 1) gauges.note(3, { ...beat, cpuPercent: n % 100, totalMemoryBytes: 4e9 });
  const [load] = gauges.loads();
  expect(load?.samples).toHaveLength(360);
  expect(load?.samples.at(-1)).toMatchObject({ cpuPercent: 99, usedMemoryPercent: 25, busy: 0 });
});
