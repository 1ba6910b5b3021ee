import type { Handlers } from "#http/handlers.ts";
import type { Gauges } from "#operations/gauges.ts";
import { pauseRunner, removeRunner, resumeRunner } from "#operations/hold-runner.ts";
import type { SearchLogs } from "#operations/ports/log-search.ts";
import type { World } from "#operations/ports/world.ts";
import { prioritiseTask } from "#operations/prioritise-task.ts";
import { remarkOnDiff } from "#operations/remark-on-diff.ts";
import { searchLogs } from "#operations/search-logs.ts";
import { showAudit } from "#operations/show-audit.ts";
import { showDiff } from "#operations/show-diff.ts";
import { showInsights } from "#operations/show-insights.ts";
import { showOperating } from "#operations/show-operating.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { Insights } from "#protocol/insights.ts";
import type { Integration } from "#protocol/integration.ts";
import type { SettingNow } from "#protocol/operating.ts";
import type { pageRoutes } from "#protocol/page-routes.ts";

/** What the dashboard's pages look at that is not in the database. */
export type Looking = {
  /** The calls to GitHub. */
  calls(): Insights["calls"];
  /** The operator's settings as the server was started with them. */
  settings: readonly SettingNow[];
  integrations(): Integration[];
  gauges: Gauges;
  searchLogs: SearchLogs;
};

/** Which operation carries out which of the pages' routes. */
export function pageHandlersOf(world: World, of: Looking): Pick<Handlers, keyof typeof pageRoutes> {
  return {
    showInsights: ({ query, sees }) => showInsights(world, of.calls(), { days: query.days, sees }),
    searchLogs: ({ query, sees, signal }) => searchLogs(world, of.searchLogs, { query, sees, signal }),
    showOperating: () => showOperating(world, { settings: of.settings, integrations: of.integrations() }),
    prioritiseTask({ params, body }) {
      prioritiseTask(world, params.task, body.priority);
      return { task: showTask(world, params.task) };
    },
    showDiff: ({ params }) => showDiff(world, params.task),
    remarkOnDiff({ params, body }) {
      remarkOnDiff(world, params.task, body);
      return { task: showTask(world, params.task) };
    },
    pauseRunner: ({ params, body }) => ({ runner: pauseRunner(world, params.runner, body) }),
    resumeRunner: ({ params }) => ({ runner: resumeRunner(world, params.runner) }),
    removeRunner: ({ params }) => ({ runner: removeRunner(world, params.runner) }),
    listRunnerLoads: () => ({ loads: of.gauges.loads() }),
    listAudit: ({ query }) => ({ entries: showAudit(world, query.limit) }),
  };
}
