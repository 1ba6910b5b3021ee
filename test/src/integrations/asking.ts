import { applyReports } from "#operations/apply-reports.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { type Bench, reports } from "../operations/bench.ts";

const choices = ["French", "Danish"].map((label) => ({ label, description: "" }));

/** A question of Claude's, between two languages or what is given. */
export const item = (question: string, options = choices) => ({ question, header: "", multiSelect: false, options });

/** A runner takes the next run, whose Claude asks. */
export function ask(bench: Bench, items = [item("Which?")]): RunnerFacts {
  const runner = bench.addRunner();
  const { runId, epoch } = bench.claim(runner);
  applyReports(bench.world, runner, runId, epoch, reports([{ kind: "asked", toolUseId: "toolu_1", items }]));
  return runner;
}
