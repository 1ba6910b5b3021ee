import { z } from "zod";
import { Integration, WebhookMessage } from "./integration.ts";
import { NewTask, TaskEdit } from "./new-task.ts";
import { pageRoutes } from "./page-routes.ts";
import { mostWords } from "./question.ts";
import { ReconcileReport } from "./reconcile.ts";
import { LogLine, Report } from "./report.ts";
import { RunOffer } from "./run.ts";
import {
  HeartbeatRequest,
  HeartbeatResponse,
  HeldRun,
  Holder,
  RegisterJobRequest,
  RegisterRequest,
  RegisterResponse,
  Runner,
  SaidToRun,
  TerminalWish,
} from "./runner.ts";
import { Gate, Task } from "./task.ts";
import { WantedTerminal } from "./terminal.ts";
import { Instant, RepositoryName, TaskName } from "./words.ts";

/** Who may call a route: anybody, a registered runner, or an operator with the server's token. */
export type Audience = "anybody" | "runner" | "operator";

type Route = {
  method: "GET" | "POST";
  path: string;
  audience: Audience;
  params: z.ZodType;
  query: z.ZodType;
  request: z.ZodType;
  response: z.ZodType;
};

const none = z.object({});
const ofTask = z.object({ task: TaskName });
const ofRun = z.object({ run: z.coerce.number().int().positive() });

/** The whole contract between the programs: server and clients both derive from this table. */
export const routes = {
  health: {
    method: "GET",
    path: "/api/health",
    audience: "anybody",
    params: none,
    query: none,
    request: none,
    response: z.object({ ok: z.boolean(), version: z.string() }),
  },
  register: {
    method: "POST",
    path: "/api/runners/register",
    audience: "anybody",
    params: none,
    query: none,
    request: RegisterRequest,
    response: RegisterResponse,
  },
  registerJob: {
    method: "POST",
    path: "/api/runners/register-job",
    audience: "anybody",
    params: none,
    query: none,
    request: RegisterJobRequest,
    response: RegisterResponse,
  },
  heldRun: {
    method: "GET",
    path: "/api/runner/runs/:run",
    audience: "runner",
    params: ofRun,
    query: none,
    request: none,
    /** The task of a run that this runner has or had. */
    response: z.object({ task: Task }),
  },
  claim: {
    method: "POST",
    path: "/api/runner/claim",
    audience: "runner",
    params: none,
    query: none,
    /** Held open until a run is there or `waitSeconds` have passed. */
    request: z.object({
      freeSlots: z.int().min(0),
      waitSeconds: z.number().min(0).max(60),
      holder: Holder.optional(),
      /** All that the runner holds: what is not among it was claimed without the answer arriving. */
      held: z.array(HeldRun).max(100).optional(),
    }),
    response: z.object({ offer: RunOffer.nullable() }),
  },
  heartbeat: {
    method: "POST",
    path: "/api/runner/heartbeat",
    audience: "runner",
    params: none,
    query: none,
    request: HeartbeatRequest,
    response: HeartbeatResponse,
  },
  wants: {
    method: "POST",
    path: "/api/runner/wants",
    audience: "runner",
    params: none,
    query: none,
    /** Held open until the server wants something of these runs or `waitSeconds` have passed. */
    request: z.object({
      held: z.array(HeldRun).max(100),
      /** Messages that the runner has already. */
      heard: z.array(z.int().positive()).max(10_000).default([]),
      /** Wishes that the runner knows already. */
      told: z
        .array(TerminalWish.omit({ by: true }))
        .max(1_000)
        .default([]),
      waitSeconds: z.number().min(0).max(60),
    }),
    response: z.object({
      cancel: z.array(z.int().positive()),
      say: z.array(SaidToRun).default([]),
      terminals: z.array(TerminalWish).default([]),
      show: z.array(WantedTerminal).default([]),
    }),
  },
  report: {
    method: "POST",
    path: "/api/runs/:run/reports",
    audience: "runner",
    params: ofRun,
    query: none,
    request: z.object({ epoch: z.int().min(1), reports: z.array(Report).min(1).max(500) }),
    /** Everything up to and including `acknowledged` is stored for good. */
    response: z.object({ acknowledged: z.int().min(0) }),
  },
  credential: {
    method: "POST",
    path: "/api/runs/:run/credential",
    audience: "runner",
    params: ofRun,
    query: none,
    request: z.object({ epoch: z.int().min(1), access: z.enum(["read", "write", "save"]) }),
    response: z.object({ username: z.string(), password: z.string(), expiresAt: Instant }),
  },
  release: {
    method: "POST",
    path: "/api/runs/:run/release",
    audience: "runner",
    params: ofRun,
    query: none,
    /** Gives a claimed run back to the queue unharmed, as when the runner is stopping. */
    request: HeldRun.omit({ runId: true }),
    response: none,
  },
  listTasks: {
    method: "GET",
    path: "/api/tasks",
    audience: "operator",
    params: none,
    query: z.object({ repository: RepositoryName.optional() }),
    request: none,
    response: z.object({ tasks: z.array(Task) }),
  },
  showTask: {
    method: "GET",
    path: "/api/tasks/:task",
    audience: "operator",
    params: ofTask,
    query: none,
    request: none,
    response: z.object({ task: Task }),
  },
  whyTask: {
    method: "GET",
    path: "/api/tasks/:task/why",
    audience: "operator",
    params: ofTask,
    query: none,
    request: none,
    /** Everything that has to be so for the work to go on, from the first to where it has come to: as `/claude why` has it. */
    response: z.object({ gates: z.array(Gate) }),
  },
  createTask: {
    method: "POST",
    path: "/api/tasks",
    audience: "operator",
    params: none,
    query: none,
    request: NewTask,
    response: z.object({ task: Task }),
  },
  cancelTask: {
    method: "POST",
    path: "/api/tasks/:task/cancel",
    audience: "operator",
    params: ofTask,
    query: none,
    request: z.object({ by: z.string().max(100) }),
    response: z.object({ task: Task }),
  },
  answerTask: {
    method: "POST",
    path: "/api/tasks/:task/answer",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Answers what Claude asks, with numbers of choices or in words; 409 when somebody was quicker. */
    request: z.object({ by: z.string().max(100), text: z.string().min(1).max(mostWords) }),
    response: z.object({ task: Task }),
  },
  approveTask: {
    method: "POST",
    path: "/api/tasks/:task/approve",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Approves the plan that waits, or the pull request; 409 when nothing does. */
    request: z.object({ by: z.string().max(100) }),
    response: z.object({ task: Task }),
  },
  sayToTask: {
    method: "POST",
    path: "/api/tasks/:task/say",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Words for the session that is at work. */
    request: z.object({ by: z.string().max(100), text: z.string().min(1).max(mostWords) }),
    response: z.object({ task: Task }),
  },
  takeOverTask: {
    method: "POST",
    path: "/api/tasks/:task/takeover",
    audience: "operator",
    params: ofTask,
    query: none,
    /** A person wants Claude's session for themselves, at its own screen; 409 while nothing works on the task. */
    request: z.object({ by: z.string().min(1).max(100) }),
    response: z.object({ task: Task }),
  },
  handBackTask: {
    method: "POST",
    path: "/api/tasks/:task/handback",
    audience: "operator",
    params: ofTask,
    query: none,
    request: none,
    response: z.object({ task: Task }),
  },
  retryTask: {
    method: "POST",
    path: "/api/tasks/:task/retry",
    audience: "operator",
    params: ofTask,
    query: none,
    request: z.object({ by: z.string().max(100) }),
    response: z.object({ task: Task }),
  },
  editTask: {
    method: "POST",
    path: "/api/tasks/:task/edit",
    audience: "operator",
    params: ofTask,
    query: none,
    request: TaskEdit,
    response: z.object({ task: Task }),
  },
  removeTask: {
    method: "POST",
    path: "/api/tasks/:task/remove",
    audience: "operator",
    params: ofTask,
    query: none,
    /** Forgets a task that has ended; what it made stays. */
    request: none,
    response: none,
  },
  taskLogs: {
    method: "GET",
    path: "/api/tasks/:task/logs",
    audience: "operator",
    params: ofTask,
    query: z.object({ tail: z.coerce.number().int().min(1).max(10_000).optional() }),
    request: none,
    response: z.object({ lines: z.array(LogLine) }),
  },
  listRunners: {
    method: "GET",
    path: "/api/runners",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    response: z.object({ runners: z.array(Runner) }),
  },
  reconcile: {
    method: "POST",
    path: "/api/reconcile",
    audience: "operator",
    params: none,
    query: none,
    /** Compares everything with GitHub now, or one repository; the same is done by itself every few minutes. */
    request: z.object({ repository: RepositoryName.optional() }),
    response: z.object({ report: ReconcileReport }),
  },
  listIntegrations: {
    method: "GET",
    path: "/api/integrations",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    response: z.object({ integrations: z.array(Integration) }),
  },
  testIntegration: {
    method: "POST",
    path: "/api/integrations/:integration/test",
    audience: "operator",
    params: z.object({ integration: z.string().max(60) }),
    query: none,
    /** Sends something that says only that it is a test. */
    request: none,
    response: z.object({ integration: Integration }),
  },
  listMessages: {
    method: "GET",
    path: "/api/webhook-messages",
    audience: "operator",
    params: none,
    query: z.object({
      receiver: z.string().max(60).optional(),
      status: WebhookMessage.shape.status.optional(),
    }),
    request: none,
    response: z.object({ messages: z.array(WebhookMessage) }),
  },
  sendAgain: {
    method: "POST",
    path: "/api/webhook-messages/send-again",
    audience: "operator",
    params: none,
    query: none,
    /** Messages that were given up are sent once more: one of them, or all of a receiver. */
    request: z.union([z.object({ id: z.int().positive() }), z.object({ receiver: z.string().max(60) })]),
    response: z.object({ sent: z.int().min(0) }),
  },
  createRunnerToken: {
    method: "POST",
    path: "/api/runner-tokens",
    audience: "operator",
    params: none,
    query: none,
    request: none,
    /** Good for one registration within the hour. */
    response: z.object({ token: z.string(), expiresAt: Instant }),
  },
  ...pageRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export type ParamsOf<N extends RouteName> = z.output<(typeof routes)[N]["params"]>;
export type QueryOf<N extends RouteName> = z.output<(typeof routes)[N]["query"]>;
export type RequestOf<N extends RouteName> = z.output<(typeof routes)[N]["request"]>;
export type ResponseOf<N extends RouteName> = z.output<(typeof routes)[N]["response"]>;

/** Live changes are a stream (text/event-stream of LiveEvent), not a route of request and answer. */
export const livePath = "/api/live";
/** Where GitHub delivers webhooks. */
export const webhookPath = "/api/github/webhooks";
