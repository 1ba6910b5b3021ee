import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { claimRun } from "#operations/claim-run.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { releaseRun } from "#operations/release-run.ts";
import { showTask } from "#operations/show-tasks.ts";
import { handBack, takeOver, terminalWishes } from "#operations/take-over.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { TerminalWish } from "#protocol/runner.ts";
import { type Bench, hour, openBench, reports } from "./bench.ts";
import { labelled, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
let laptop: RunnerFacts;
beforeEach(async () => {
  bench = openBench(quietGitHub().github);
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
  laptop = bench.addRunner();
});
afterEach(() => bench.close());

function claimed(): { runId: number; epoch: number } {
  const offer = claimRun(bench.world, laptop, 1);
  if (offer === null) throw new Error("there was nothing to claim");
  return { runId: offer.runId, epoch: offer.epoch };
}
const held = (by: string, at: number): ReportBody => ({ kind: "taken_over", by, at, attach: "tmux attach-session" });
const stateNow = () => showTask(bench.world, "TASK-1").runs[0]?.takeover;

test("a takeover is wanted, held, handed back and gone, and the runner is told each wish until it knows it", () => {
  const { world } = bench;
  const run = claimed();
  takeOver(world, "TASK-1", "ada");
  const [wish] = terminalWishes(world, laptop, [run], []);
  expect(wish).toMatchObject({ runId: run.runId, by: "ada", want: "take_over" });
  const known: TerminalWish[] = wish === undefined ? [] : [wish];
  expect(terminalWishes(world, laptop, [run], known)).toEqual([]);
  expect(() => handBack(world, "TASK-1")).toThrow("being taken over at this moment");

  const at = wish?.at ?? 0;
  applyReports(world, laptop, run.runId, run.epoch, reports([held("ada", at)]));
  expect(stateNow()).toEqual({ by: "ada", state: "held" });
  expect(showTask(world, "TASK-1")).toMatchObject({ status: "in_progress", reason: { code: "taken_over" } });
  expect(terminalWishes(world, laptop, [run], [])).toEqual([]);
  // The same person may ask again, another one may not.
  takeOver(world, "TASK-1", "ada");
  expect(() => takeOver(world, "TASK-1", "bob")).toThrow("ada has taken TASK-1 over.");

  handBack(world, "TASK-1");
  expect(terminalWishes(world, laptop, [run], known)).toEqual([{ runId: run.runId, by: "ada", at, want: "hand_back" }]);
  const told = reports([held("ada", at), { kind: "handed_back" }]);
  applyReports(world, laptop, run.runId, run.epoch, told);
  expect(stateNow()).toBeUndefined();
  expect(showTask(world, "TASK-1").reason).toBeNull();
  expect(() => handBack(world, "TASK-1")).toThrow("Nobody has taken TASK-1 over.");
});

test("a task that nobody works on cannot be taken over, and a run that changes hands is nobody's", () => {
  const { world } = bench;
  expect(() => takeOver(world, "TASK-1", "ada")).toThrow("TASK-1 is not being worked on.");
  const run = claimed();
  takeOver(world, "TASK-1", "ada");
  releaseRun(world, laptop, run.runId, run.epoch);
  bench.pass(hour);
  expect(claimed().runId).toBe(run.runId);
  expect(stateNow()).toBeUndefined();
});
