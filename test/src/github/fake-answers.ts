import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { pino } from "pino";
import { octokitGitHub } from "#github/octokit-github.ts";
import { openProbot } from "#github/probot.ts";
import { aPrivateKey, aSecret } from "./payloads.ts";

export type Received = { method: string; path: string; headers: Record<string, unknown>; body: string };
export type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** A server that gives installation tokens, and to everything else the answer that a test wants. */
export async function openFakeAnswers(answer: (received: Received) => Answer | Promise<Answer>) {
  const received: Received[] = [];
  let tokens = 0;
  const server = createServer(async (request, response) => {
    const one = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: await text(request),
    };
    received.push(one);
    tokens += 1;
    const token = { token: `ghs_${tokens}`, expires_at: new Date(Date.now() + 3_600_000).toISOString() };
    const { status, headers, body } = one.path.endsWith("/access_tokens")
      ? { status: 201, headers: {}, body: token }
      : await answer(one);
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`,
    received,
    /** `METHOD /path` of every request but those for tokens. */
    calls: () =>
      received.filter((one) => !one.path.endsWith("/access_tokens")).map((one) => `${one.method} ${one.path}`),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Answering = (received: Received) => Answer | Promise<Answer>;

/** Our app before a server that says what the stand-in does not. */
export async function openAppBefore(answer: Answering, options: { writeIntervalMs: number } = { writeIntervalMs: 0 }) {
  const fake = await openFakeAnswers(answer);
  const app = await openProbot({
    appId: 1,
    privateKey: aPrivateKey,
    webhookSecret: aSecret,
    apiUrl: fake.url,
    writeIntervalMs: options.writeIntervalMs,
    requestTimeoutMs: 2_000,
    clock: () => Date.now(),
    log: pino({ level: "silent" }),
    accept: () => undefined,
  });
  const close = async () => {
    await app.close();
    await fake.close();
  };
  return { fake, app, github: octokitGitHub({ probot: app.probot, appId: 1 }), close };
}

let installations = 1_000;

/** Each with its own installation: Octokit shares token requests under way by that number, in the whole process. */
export function aRepository() {
  installations += 1;
  return { id: 42, name: "acme/shop", installationId: installations };
}

export function secondaryLimit(): Answer {
  return { status: 403, body: { message: "You have exceeded a secondary rate limit." } };
}

export function usedUp(seconds: number): Record<string, string> {
  const reset = Math.ceil(Date.now() / 1_000) + seconds;
  return { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
}
