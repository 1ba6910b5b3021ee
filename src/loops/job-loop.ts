import type { Logger } from "pino";
import { GitHubBusyError } from "#operations/ports/github.ts";
import type { World } from "#operations/ports/world.ts";
import { startJobs } from "#operations/start-jobs.ts";
import { type Loop, openLoop } from "./loop.ts";

/** Keeps GitHub Actions asked for as many jobs as the queue has work for them. */
export function openJobLoop(world: World, log: Logger): Loop {
  return openLoop({
    clock: world.clock,
    retryMs: 15_000,
    onError: (error) => {
      if (error instanceof GitHubBusyError)
        log.warn({ until: new Date(error.until).toISOString() }, "jobs have to wait for GitHub");
      else log.warn({ error: String(error) }, "jobs could not be asked for, will try again");
    },
    async turn() {
      const { started, refused, nextAt } = await startJobs(world);
      if (started > 0) log.info({ jobs: started }, "asked GitHub Actions for jobs");
      if (refused.length > 0) log.error({ refused }, "GitHub Actions does not start jobs");
      return nextAt;
    },
  });
}
