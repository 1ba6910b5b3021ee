import { taskName } from "#domain/task.ts";
import type { Handlers } from "#http/handlers.ts";
import type { TerminalRelay } from "#http/terminal-relay.ts";
import { abandonedTasks } from "#operations/abandoned-tasks.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { claimRun } from "#operations/claim-run.ts";
import type { Gauges } from "#operations/gauges.ts";
import { hearClaim } from "#operations/hear-runner.ts";
import { mintCredential } from "#operations/mint-credential.ts";
import type { JobTokens } from "#operations/ports/job-tokens.ts";
import type { World } from "#operations/ports/world.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { registerJob } from "#operations/register-job.ts";
import { registerRunner } from "#operations/register-runner.ts";
import { releaseRun } from "#operations/release-run.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { wordsWanted } from "#operations/say-words.ts";
import { showTask } from "#operations/show-tasks.ts";
import { terminalWishes } from "#operations/take-over.ts";
import { cancelsWanted } from "#operations/wanted-of.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { runnerRoutes } from "#protocol/runner-routes.ts";
import type { Waiters } from "./waiters.ts";

export type RunnerHandlers = Pick<Handlers, keyof typeof runnerRoutes>;

/** Which operation carries out which of the runners' routes. */
export function runnerHandlersOf(
  world: World,
  of: {
    waiters: { queue: Waiters; tasks: Waiters };
    jobTokens: JobTokens;
    gauges: Gauges;
    terminals: Pick<TerminalRelay, "wanted">;
  },
): RunnerHandlers {
  const { waiters } = of;
  return {
    register: ({ body }) => registerRunner(world, body),
    registerJob: ({ body }) => registerJob(world, of.jobTokens, body),
    heldRun({ params, caller }) {
      const run = world.store.runs.get(params.run);
      if (run === null || run.runnerId !== caller.runner.id)
        throw new ProblemError({ status: 404, code: "no_such_run", title: "This runner has no such run." });
      return { task: showTask(world, taskName(run.taskId)) };
    },
    async claim({ body, caller, signal }) {
      const until = performance.now() + body.waitSeconds * 1_000;
      let offer: RunOffer | null = null;
      hearClaim(world, caller.runner, body);
      while (!signal.aborted) {
        offer = claimRun(world, caller.runner, body.freeSlots);
        const left = until - performance.now();
        if (offer !== null || left <= 0) break;
        await waiters.queue.wait(left, signal);
      }
      return { offer };
    },
    async wants({ body, caller, signal }) {
      const until = performance.now() + body.waitSeconds * 1_000;
      for (;;) {
        const cancel = cancelsWanted(world, caller.runner, body.held);
        const say = wordsWanted(world, caller.runner, body.held, body.heard);
        const left = until - performance.now();
        const terminals = terminalWishes(world, caller.runner, body.held, body.told);
        const show = signal.aborted ? [] : of.terminals.wanted(caller.runner.id, body.held);
        const isQuiet = cancel.length + say.length + terminals.length + show.length === 0;
        if (!isQuiet || left <= 0 || signal.aborted) return { cancel, say, terminals, show };
        await waiters.tasks.wait(left, signal);
      }
    },
    heartbeat({ body, caller }) {
      const answer = renewLeases(world, caller.runner, body);
      of.gauges.note(caller.runner.id, body);
      return answer;
    },
    abandoned: ({ body }) => ({ tasks: abandonedTasks(world, body.tasks) }),
    report: ({ params, body, caller }) => ({
      acknowledged: applyReports(world, caller.runner, params.run, body.epoch, body.reports),
    }),
    credential: ({ params, body, caller }) => mintCredential(world, caller.runner, params.run, body),
    release({ params, body, caller }) {
      releaseRun(world, caller.runner, params.run, body.epoch);
      return {};
    },
  };
}
