import { afterEach, beforeEach } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { Reason } from "#protocol/words.ts";
import { type Bench, openBench, reports, second } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub } from "./quiet-github.ts";

/** The operations on a GitHub that says as little as it can, with issues that are asked for and runners that end them. */
export function queueing() {
  let bench: Bench;
  let quiet: QuietGitHub;
  beforeEach(() => {
    quiet = quietGitHub();
    bench = openBench(quiet.github);
  });
  afterEach(() => bench.close());

  const now = () => bench.world.clock();

  async function ask(...issues: number[]): Promise<void> {
    for (const issue of issues) {
      acceptDelivery(bench.world, labelled(issue, now()));
      await bench.workDeliveries();
      bench.pass(second);
    }
  }

  function end(runner: RunnerFacts, offer: RunOffer, reason: Reason | null, before: ReportBody[] = []): void {
    const failed: ReportBody = {
      kind: "completed",
      conclusion: "failure",
      summary: "",
      ...(reason === null ? {} : { reason }),
    };
    applyReports(bench.world, runner, offer.runId, offer.epoch, reports([...before, failed]));
  }

  const because = (code: string, more: Partial<Reason> = {}): Reason => ({
    code,
    sentence: `It was ${code}.`,
    ...more,
  });
  const started = (sessionId: string): ReportBody => ({
    kind: "started",
    sessionId,
    claudeVersion: "2.1.197",
    model: "claude",
    sandbox: "none",
    attach: "tmux attach",
  });

  function beat(runner: RunnerFacts, notClaiming: Reason | null): void {
    const current = bench.store.runners.get(runner.id) ?? runner;
    const usual = { held: [], freeSlots: 0, freeMemoryBytes: 1, freeDiskBytes: 1, draining: false };
    renewLeases(bench.world, current, { ...usual, ...(notClaiming === null ? {} : { notClaiming }) });
  }

  const taskNow = (id = 1) => showTask(bench.world, `TASK-${id}`);

  return {
    get bench() {
      return bench;
    },
    get quiet() {
      return quiet;
    },
    now,
    ask,
    end,
    because,
    started,
    beat,
    taskNow,
  };
}
