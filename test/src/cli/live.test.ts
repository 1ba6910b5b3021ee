import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { liveFrames } from "#cli/live.ts";
import { RefusedError, UnreachableError } from "#protocol/client.ts";
import { aTask } from "./world.ts";

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

type Turn = (response: ServerResponse, request: IncomingMessage) => void;

/** A server whose n-th connection is treated by the n-th turn; the last one treats all that follow. */
async function serve(...turns: Turn[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    turns[Math.min(requests.length, turns.length) - 1]?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closes.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const frame = (id: number, name: string, value: object) =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
const event = (id: number) =>
  `id: ${id}\ndata: ${JSON.stringify({ id, body: { kind: "task", task: aTask({ id }) } })}\n\n`;
const stream = (response: ServerResponse) => response.writeHead(200, { "content-type": "text/event-stream" });

/** Frames in words until `count` of them have come. */
async function take(count: number, options: Omit<Parameters<typeof liveFrames>[0], "signal">) {
  const leaving = new AbortController();
  const taken: string[] = [];
  for await (const one of liveFrames({ ...options, signal: leaving.signal })) {
    taken.push(one.kind === "event" ? `event ${one.event.id}` : one.kind);
    if (taken.length === count) leaving.abort();
  }
  return taken;
}

describe("the stream of changes", () => {
  it("is read however its bytes are cut", async () => {
    const { url, requests } = await serve((response) => {
      stream(response);
      const bytes = Buffer.from(`retry: 1000\n\n${frame(4, "open", { id: 4 })}: still here\n\n${event(5)}${event(6)}`);
      for (const byte of bytes) response.write(Buffer.of(byte));
    });
    expect(await take(4, { server: url, token: "secret" })).toEqual(["open", "beat", "event 5", "event 6"]);
    expect(requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(requests[0]?.url).not.toContain("secret");
  });

  it("goes on where it broke, and tells when something was missed", async () => {
    const { url, requests } = await serve(
      (response) => stream(response).end(frame(4, "open", { id: 4 }) + event(5)),
      (response) => response.destroy(),
      (response) => stream(response).write(frame(9, "gap", { id: 9 }) + event(10)),
    );
    expect(await take(4, { server: url, token: null })).toEqual(["open", "event 5", "gap", "event 10"]);
    expect(requests.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "5", "5"]);
  });

  it("is taken up anew when the server has gone silent", async () => {
    const { url } = await serve(
      (response) => stream(response).write(frame(4, "open", { id: 4 })),
      (response) => stream(response).write(event(5)),
    );
    expect(await take(2, { server: url, token: null, silenceMs: 200 })).toEqual(["open", "event 5"]);
  });

  it("passes over what only a newer server knows", async () => {
    const { url } = await serve((response) =>
      stream(response).write(
        `${frame(4, "open", { id: 4 })}id: 5\ndata: {"id":5,"body":{"kind":"moon"}}\n\n${event(6)}`,
      ),
    );
    expect(await take(2, { server: url, token: null })).toEqual(["open", "event 6"]);
  });

  it("is given up when it is refused, when there is no server, and when the server stays away", async () => {
    const problem = { status: 401, code: "unauthenticated", title: "This needs the operator's token." };
    const refusing = await serve((response) => response.writeHead(401).end(JSON.stringify(problem)));
    await expect(take(1, { server: refusing.url, token: null })).rejects.toThrow(RefusedError);
    await expect(take(1, { server: "http://127.0.0.1:9", token: null })).rejects.toThrow(UnreachableError);
    const leaving = await serve(
      (response) => stream(response).end(frame(4, "open", { id: 4 })),
      (response) => response.writeHead(503).end("{}"),
    );
    await expect(take(2, { server: leaving.url, token: null, patienceMs: 500 })).rejects.toThrow(UnreachableError);
  });
});
