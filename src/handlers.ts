import { taskName } from "#domain/task.ts";
import type { Handlers } from "#http/handlers.ts";
import type { TerminalRelay } from "#http/terminal-relay.ts";
import { answerTask } from "#operations/answer-question.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { approveTask } from "#operations/approve-task.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import { createLocalTask } from "#operations/create-local-task.ts";
import { editTask } from "#operations/edit-task.ts";
import { whyTask } from "#operations/explain-task.ts";
import { followTask } from "#operations/follow-task.ts";
import { hearClaim } from "#operations/hear-runner.ts";
import { loadTask } from "#operations/load-task.ts";
import { mintCredential } from "#operations/mint-credential.ts";
import type { JobTokens } from "#operations/ports/job-tokens.ts";
import type { World } from "#operations/ports/world.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { registerJob } from "#operations/register-job.ts";
import { issueRegistrationToken, registerRunner } from "#operations/register-runner.ts";
import { releaseRun } from "#operations/release-run.ts";
import { removeTask } from "#operations/remove-task.ts";
import { renewLeases } from "#operations/renew-leases.ts";
import { retryTask } from "#operations/retry-task.ts";
import { sayToTask } from "#operations/say-to-task.ts";
import { wordsWanted } from "#operations/say-words.ts";
import { sendAgain } from "#operations/send-messages.ts";
import { listMessages } from "#operations/show-receivers.ts";
import { listRunners } from "#operations/show-runners.ts";
import { listTasks, showTask } from "#operations/show-tasks.ts";
import { handBack, takeOver, terminalWishes } from "#operations/take-over.ts";
import { takeUpIssue } from "#operations/take-up-issue.ts";
import { cancelsWanted } from "#operations/wanted-of.ts";
import type { RunOffer } from "#protocol/run.ts";
import type { Integrations } from "./integrating.ts";
import type { ReconcileLoop } from "./loops/reconcile-loop.ts";
import { type Looking, pageHandlersOf } from "./page-handlers.ts";
import type { Waiters } from "./waiters.ts";

const defaultTail = 1_000;

/** Which operation carries out which route. */
export function handlersOf(
  world: World,
  of: {
    waiters: { queue: Waiters; tasks: Waiters };
    reconcile: ReconcileLoop["now"];
    integrations: Integrations;
    jobTokens: JobTokens;
    version: string;
    looking: Looking;
    terminals: Pick<TerminalRelay, "wanted">;
  },
): Handlers {
  const { waiters, version } = of;
  return {
    health: () => ({ ok: true, version }),
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
      of.looking.gauges.note(caller.runner.id, body);
      return answer;
    },
    report: ({ params, body, caller }) => ({
      acknowledged: applyReports(world, caller.runner, params.run, body.epoch, body.reports),
    }),
    credential: ({ params, body, caller }) => mintCredential(world, caller.runner, params.run, body),
    release({ params, body, caller }) {
      releaseRun(world, caller.runner, params.run, body.epoch);
      return {};
    },
    listTasks: ({ query }) => ({ tasks: listTasks(world, query) }),
    whyTask: async ({ params }) => ({ gates: await whyTask(world, params.task) }),
    showTask: ({ params }) => ({ task: showTask(world, params.task) }),
    createTask: async ({ body, caller }) => ({
      task:
        "folder" in body
          ? await createLocalTask(world, body)
          : await takeUpIssue(world, { ...body, by: caller.kind === "person" ? caller.name : "the operator" }),
    }),
    cancelTask({ params, body }) {
      cancelTask(world, params.task, body.by);
      return { task: showTask(world, params.task) };
    },
    answerTask({ params, body }) {
      answerTask(world, params.task, { by: body.by, words: body.text });
      return { task: showTask(world, params.task) };
    },
    approveTask({ params, body }) {
      approveTask(world, params.task, body.by);
      return { task: showTask(world, params.task) };
    },
    sayToTask({ params, body }) {
      sayToTask(world, params.task, body);
      return { task: showTask(world, params.task) };
    },
    takeOverTask({ params, body }) {
      takeOver(world, params.task, body.by);
      return { task: showTask(world, params.task) };
    },
    handBackTask({ params }) {
      handBack(world, params.task);
      return { task: showTask(world, params.task) };
    },
    retryTask({ params }) {
      retryTask(world, params.task);
      return { task: showTask(world, params.task) };
    },
    async followTask({ params, body }) {
      await followTask(world, params.task, body.verb, body.by);
      return { task: showTask(world, params.task) };
    },
    editTask({ params, body }) {
      editTask(world, params.task, body);
      return { task: showTask(world, params.task) };
    },
    async removeTask({ params }) {
      await removeTask(world, params.task);
      return {};
    },
    async taskLogs({ params, query }) {
      const task = loadTask(world, params.task);
      return { lines: await world.logs.read(task.id, query.tail ?? defaultTail) };
    },
    listRunners: () => ({ runners: listRunners(world) }),
    reconcile: async ({ body }) => ({ report: await of.reconcile(body.repository ?? null) }),
    listIntegrations: () => ({ integrations: of.integrations.list() }),
    testIntegration: async ({ params }) => ({ integration: await of.integrations.test(params.integration) }),
    listMessages: ({ query }) => ({ messages: listMessages(world, query) }),
    sendAgain: ({ body }) => ({ sent: sendAgain(world, body) }),
    ...pageHandlersOf(world, of.looking),
    createRunnerToken: () => issueRegistrationToken(world),
  };
}
