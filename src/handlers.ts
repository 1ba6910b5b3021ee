import type { Handlers } from "#http/handlers.ts";
import type { TerminalRelay } from "#http/terminal-relay.ts";
import { answerTask } from "#operations/answer-question.ts";
import { approveTask } from "#operations/approve-task.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { createLocalTask } from "#operations/create-local-task.ts";
import { editTask } from "#operations/edit-task.ts";
import { whyTask } from "#operations/explain-task.ts";
import { followTask } from "#operations/follow-task.ts";
import { loadTask } from "#operations/load-task.ts";
import type { JobTokens } from "#operations/ports/job-tokens.ts";
import type { World } from "#operations/ports/world.ts";
import { recordProposal } from "#operations/record-proposal.ts";
import { issueRegistrationToken } from "#operations/register-runner.ts";
import { removeTask } from "#operations/remove-task.ts";
import { retryTask } from "#operations/retry-task.ts";
import { sayToTask } from "#operations/say-to-task.ts";
import { sendAgain } from "#operations/send-messages.ts";
import { showActs } from "#operations/show-acts.ts";
import { showPresence } from "#operations/show-presence.ts";
import { listMessages } from "#operations/show-receivers.ts";
import { listRunners } from "#operations/show-runners.ts";
import { listTasks, showTask } from "#operations/show-tasks.ts";
import type { SignInWays } from "#operations/sign-in.ts";
import { handBack, takeOver } from "#operations/take-over.ts";
import { takeUpIssue } from "#operations/take-up-issue.ts";
import type { ResponseOf } from "#protocol/routes.ts";
import type { Integrations } from "./integrating.ts";
import type { ReconcileLoop } from "./loops/reconcile-loop.ts";
import { type Looking, pageHandlersOf } from "./page-handlers.ts";
import { runnerHandlersOf } from "./runner-handlers.ts";
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
    /** What keeps everything from going on. */
    trouble: () => string | null;
    comingIn: {
      ways: SignInWays;
      signIn(token: string): Promise<ResponseOf<"signInByToken">>;
    };
    looking: Looking;
    terminals: Pick<TerminalRelay, "wanted" | "presence">;
  },
): Handlers {
  const { version } = of;
  return {
    health: () => {
      const trouble = of.trouble();
      return { ok: true, version, ...(trouble === null ? {} : { trouble }) };
    },
    signInWays: () => of.comingIn.ways,
    signInByToken: ({ body }) => of.comingIn.signIn(body.token),
    ...runnerHandlersOf(world, { ...of, gauges: of.looking.gauges }),
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
    recordPullRequest({ params, body }) {
      recordProposal(world, params.task, body);
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
    listActs: ({ params }) => ({ acts: showActs(world, params.task) }),
    listPresence: ({ sees }) => ({ presence: showPresence(world, of.terminals.presence(), sees) }),
    ...pageHandlersOf(world, of.looking),
    createRunnerToken: () => issueRegistrationToken(world),
  };
}
