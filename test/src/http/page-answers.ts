import type { Handlers } from "#http/handlers.ts";
import type { Insights } from "#protocol/insights.ts";
import type { pageRoutes } from "#protocol/page-routes.ts";
import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";

const at = "2026-01-01T00:00:00.000Z";
export const noInsights: Insights = {
  from: at,
  to: at,
  days: [],
  totals: {
    asked: 0,
    merged: 0,
    failed: 0,
    runs: 0,
    costUsd: 0,
    costPerMergedUsd: null,
    waitingSeconds: null,
    workingSeconds: null,
  },
  repositories: [],
  purposes: [],
  fixRounds: [],
  calls: { since: at, reads: 0, writes: 0, unchanged: 0, refused: 0, limit: null },
};

/** What the dashboard's pages are answered as simply as the contract allows. */
export const pageAnswersWith = (task: Task, runner: Runner): Pick<Handlers, keyof typeof pageRoutes> => ({
  showInsights: () => noInsights,
  searchLogs: () => ({ lines: [], next: null }),
  showOperating: () => ({ settings: [], policies: [], integrations: [], people: [] }),
  prioritiseTask: () => ({ task: task }),
  showDiff: () => ({ headSha: "a".repeat(40), files: [], isCut: false }),
  remarkOnDiff: () => ({ task }),
  pauseRunner: () => ({ runner: runner }),
  resumeRunner: () => ({ runner: runner }),
  removeRunner: () => ({ runner: runner }),
  listRunnerLoads: () => ({ loads: [] }),
  listAudit: () => ({ entries: [] }),
});
