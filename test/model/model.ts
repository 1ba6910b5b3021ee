/**
 * A stand-in for the model: the Anthropic Messages API on loopback, as the real Claude Code CLI calls it, saying what scripts tell.
 * It keeps no conversations: each answer follows from the request, so it works across restarts, resumes and many sessions.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { anyTask } from "./any-task.ts";
import { type Conversation, type RequestKind, readConversation } from "./conversation.ts";
import { type Choose, type Message, messageAt, type Script } from "./script.ts";
import { answerOf, sendError, sendJson, sendMessage, sendStream } from "./wire.ts";

export interface ModelRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: RequestKind;
  readonly sessionId: string;
  readonly agentId: string | null;
  readonly script: string;
  readonly step: number;
  /** What was answered; 0 when the connection was cut on purpose. */
  readonly status: number;
  /** Kept for the newest requests only. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

export interface ModelStandIn {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** The only API key that it accepts. */
  readonly key: string;
  readonly requests: readonly ModelRequest[];
  /** Sets or replaces a script. */
  script(name: string, steps: Script): void;
  /** When a session first asked for an answer, in milliseconds since the epoch. */
  firstRequestAt(sessionId: string): number | undefined;
  close(): Promise<void>;
}

export interface ModelOptions {
  readonly port?: number;
  /** `default` is for prompts that choose none; unless given it does a small piece of work for any task. */
  readonly scripts?: Readonly<Record<string, Script>>;
  /** Names the script for a prompt without `<<RUN name>>`; without it such prompts get the script `default`. */
  readonly choose?: Choose;
  /** Milliseconds before each answer and between its pieces where a script has none of its own: a pace that people can follow. */
  readonly pace?: { readonly delayMs: number; readonly chunkDelayMs: number };
}

/** Bodies are near 80 kB each; a demo runs for hours. */
const BODIES_KEPT = 100;
const BODY_LIMIT = 64 * 1024 * 1024;

/** Starts the stand-in on 127.0.0.1; `port` 0 or none takes a free one. */
export async function openModel(options: ModelOptions = {}): Promise<ModelStandIn> {
  const scripts = new Map<string, Script>(Object.entries({ default: anyTask, ...options.scripts }));
  const choose = options.choose ?? (() => undefined);
  const key = `sk-ant-stand-in-${randomBytes(24).toString("hex")}`;
  const requests: ModelRequest[] = [];
  const firstRequests = new Map<string, number>();
  const faultsSpent = new Map<string, number>();
  const closing = new AbortController();
  const pace = options.pace ?? {};

  const record = (conversation: Conversation, status: number) => {
    const at = Date.now();
    if (!firstRequests.has(conversation.sessionId)) firstRequests.set(conversation.sessionId, at);
    const { kind, sessionId, agentId, script, step, body } = conversation;
    requests.push({ at, kind, sessionId, agentId, script, step, status, body });
    const old = requests.at(-BODIES_KEPT - 1);
    if (old !== undefined) requests[requests.length - BODIES_KEPT - 1] = { ...old, body: null };
  };

  /** True for the first `times` askings of this step in this session. */
  const spend = (conversation: Conversation, fault: string, times: number) => {
    const { sessionId, agentId, script, step } = conversation;
    const name = [sessionId, agentId, script, step, fault].join(" ");
    const spent = faultsSpent.get(name) ?? 0;
    faultsSpent.set(name, spent + 1);
    return spent < times;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => {
    if (request.method === "HEAD") return void response.writeHead(200).end();
    const path = new URL(request.url ?? "/", "http://model").pathname;
    const bearer = request.headers.authorization?.replace(/^Bearer /, "");
    if (request.headers["x-api-key"] !== key && bearer !== key)
      return sendError(response, { status: 401, type: "authentication_error", message: "invalid x-api-key" }, newId());
    const body = await readJson(request);
    if (body === null)
      return sendError(response, { status: 400, type: "invalid_request_error", message: "not a JSON object" }, newId());
    if (path === "/v1/messages/count_tokens")
      return sendJson(response, 200, { input_tokens: Math.ceil(JSON.stringify(body).length / 4) });
    if (path !== "/v1/messages" || request.method !== "POST")
      return sendError(
        response,
        { status: 404, type: "not_found_error", message: `no ${request.method} ${path}` },
        newId(),
      );

    const conversation = readConversation(request.headers, body, choose);
    const message = { ...pace, ...messageFor(conversation, scripts) };
    if (message.delayMs !== undefined) await sleep(message.delayMs, undefined, { signal });
    if (message.error !== undefined && spend(conversation, "error", message.error.times ?? Number.POSITIVE_INFINITY)) {
      record(conversation, message.error.status);
      return sendError(response, message.error, newId());
    }
    const reply = answerOf(message, newId(), conversation.model, JSON.stringify(body.messages ?? []).length);
    const drop = message.dropTimes !== undefined && spend(conversation, "drop", message.dropTimes);
    record(conversation, drop ? 0 : 200);
    if (!conversation.streaming) return drop ? void response.destroy() : sendMessage(response, reply);
    const faults = { chunkDelayMs: message.chunkDelayMs ?? 0, drop, error: message.streamError ?? null };
    await sendStream(response, reply, faults, signal);
  };

  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    answer(request, response, signal).catch((error: unknown) => {
      if (signal.aborted) return void response.destroy();
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) return void response.destroy();
      // 400 and not 500: the CLI would try a broken script again for minutes.
      sendError(response, { status: 400, type: "invalid_request_error", message: `stand-in: ${message}` }, newId());
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    requests,
    script: (name, steps) => void scripts.set(name, steps),
    firstRequestAt: (sessionId) => firstRequests.get(sessionId),
    close: async () => {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function newId(): string {
  return randomBytes(12).toString("hex");
}

function messageFor(conversation: Conversation, scripts: ReadonlyMap<string, Script>): Message {
  switch (conversation.kind) {
    case "main":
    case "subagent": {
      const script = scripts.get(conversation.script);
      if (script === undefined)
        throw new Error(`there is no script "${conversation.script}"; there are: ${[...scripts.keys()].join(", ")}`);
      return messageAt(script, conversation);
    }
    case "title":
      return { text: JSON.stringify({ title: "A scripted session" }) };
    case "compaction":
      return { text: "<analysis>Scripted.</analysis><summary>The work so far went as scripted.</summary>" };
    case "classifier":
      return { text: "<block>no" };
    case "other":
      return { text: "Ready." };
  }
}

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) return null;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
