import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

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
