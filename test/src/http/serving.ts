import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { type Access, operatorOnly } from "#http/access.ts";
import type { Audit } from "#http/audit.ts";
import type { Caller, Handlers } from "#http/handlers.ts";
import { openHttp } from "#http/http.ts";
import { type LiveOptions, openLive } from "#http/live.ts";
import { openSessions } from "#http/session.ts";
import type { ServedTerminals } from "#http/terminal-route.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import type { SessionEnds } from "#operations/ports/session-ends.ts";
import type { Runner } from "#protocol/runner.ts";
import { runnerShown, taskShown } from "#test/shown.ts";
import { pageAnswersWith } from "./page-answers.ts";
import { endsInMemory } from "./session-ends.ts";

export const operatorToken = "operator-token-of-256-bits";
export const runnerToken = "runner-token-of-256-bits";

export const runner: Runner = runnerShown();

const runnerFacts: RunnerFacts = {
  ...runner,
  notClaiming: null,
  paused: null,
  holder: null,
  credentialHash: "not for anybody",
  draining: false,
  heartbeatAt: null,
  registeredAt: 0,
  onlyRun: null,
  endsAt: null,
};

/** Handlers that answer as simply as the contract allows. */
const plain: Handlers = {
  health: () => ({ ok: true, version: "0.1.0" }),
  signInWays: () => ({ web: null, device: null, missing: "It is not set up." }),
  signInByToken: () => ({ token: "t", name: "ada", isAdmin: false, expiresAt: "2026-01-01T00:00:00.000Z" }),
  register: () => ({ runnerId: 3, credential: "secret" }),
  claim: () => ({ offer: null }),
  heartbeat: () => ({ leases: [] }),
  wants: () => ({ cancel: [], say: [], terminals: [], show: [] }),
  report: ({ body }) => ({ acknowledged: body.reports.at(-1)?.seq ?? 0 }),
  credential: () => ({ username: "x", password: "y", expiresAt: "2026-01-01T00:00:00.000Z" }),
  release: () => ({}),
  abandoned: () => ({ tasks: [] }),
  listTasks: () => ({ tasks: [taskShown()] }),
  showTask: ({ params }) => ({ task: taskShown({ name: params.task }) }),
  whyTask: () => ({ gates: [] }),
  createTask: () => ({ task: taskShown() }),
  cancelTask: () => ({ task: taskShown() }),
  retryTask: () => ({ task: taskShown() }),
  followTask: () => ({ task: taskShown() }),
  answerTask: () => ({ task: taskShown() }),
  approveTask: () => ({ task: taskShown() }),
  sayToTask: () => ({ task: taskShown() }),
  takeOverTask: () => ({ task: taskShown() }),
  handBackTask: () => ({ task: taskShown() }),
  editTask: () => ({ task: taskShown() }),
  recordPullRequest: () => ({ task: taskShown() }),
  removeTask: () => ({}),
  listActs: () => ({ acts: [] }),
  listPresence: () => ({ presence: [] }),
  taskLogs: () => ({ lines: [] }),
  listRunners: () => ({ runners: [runner] }),
  reconcile: () => ({ report: { repositories: [], redelivered: 0, leases: 0, problems: [] } }),
  registerJob: () => ({ runnerId: 4, credential: "secret" }),
  heldRun: () => ({ task: taskShown() }),
  listIntegrations: () => ({ integrations: [] }),
  testIntegration: ({ params }) => ({
    integration: {
      kind: "webhook",
      name: params.integration,
      place: "https://a.test",
      state: "good",
      sentence: "It took the last message (200).",
      pending: 0,
      dead: 0,
    },
  }),
  listMessages: () => ({ messages: [] }),
  sendAgain: () => ({ sent: 0 }),
  ...pageAnswersWith(taskShown(), runner),
  createRunnerToken: () => ({ token: "t", expiresAt: "2026-01-01T00:00:00.000Z" }),
};

function authenticate(bearer: string, audience: "runner" | "operator"): Caller | null {
  if (audience === "operator") return bearer === operatorToken ? { kind: "operator", name: "ada" } : null;
  return bearer === runnerToken ? { kind: "runner", runner: runnerFacts } : null;
}

/** A server on a free loopback port, closed when the test has finished. */
export async function serving(
  of: {
    handlers?: Partial<Handlers>;
    live?: Partial<LiveOptions>;
    staticFolder?: string;
    clock?: () => number;
    audit?: Audit;
    access?: Access;
    ends?: SessionEnds;
    terminals?: ServedTerminals;
  } = {},
) {
  const logged: { details: object; message: string }[] = [];
  const live = openLive({ firstId: 1_000, batchMs: 5, ...of.live });
  const sessions = openSessions({
    secret: operatorToken,
    clock: of.clock ?? Date.now,
    ends: of.ends ?? endsInMemory(),
    publicUrl: null,
  });
  const http = openHttp({
    handlers: { ...plain, ...of.handlers },
    authenticate,
    sessions,
    access: of.access ?? operatorOnly,
    repositoryOf: () => "octo/sample",
    live,
    ...(of.audit === undefined ? {} : { audit: of.audit }),
    ...(of.terminals === undefined ? {} : { terminals: of.terminals }),
    webhook: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.status(202).send(Buffer.concat(chunks).toString("hex"));
    },
    staticFolder: of.staticFolder ?? null,
    allowedHosts: ["localhost"],
    log: { error: (details, message) => logged.push({ details, message }) },
  });
  const listening = await http.listen("127.0.0.1", 0);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await listening.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { url: listening.url, http, live, sessions, logged, close };
}

export const asOperator = { authorization: `Bearer ${operatorToken}` };
export const asRunner = { authorization: `Bearer ${runnerToken}` };
export const json = { "content-type": "application/json" };

/** Sends the text as it is and gives everything that comes back: for headers that `fetch` does not let through. */
export function sendRaw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.setTimeout(5_000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}
