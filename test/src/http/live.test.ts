import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Access, operatorOnly } from "#http/access.ts";
import { LiveEvent } from "#protocol/live.ts";
import { livePath } from "#protocol/routes.ts";
import { taskShown } from "#test/shown.ts";
import { asOperator, operatorToken, runner, serving } from "./serving.ts";
import { follow, type StreamEvent } from "./stream.ts";

const task = (id: number, title = "") => ({ kind: "task" as const, task: taskShown({ id, title }) });
const tasksIn = (events: StreamEvent[]) =>
  events.map(({ content }) => {
    const { body } = LiveEvent.parse(content);
    return body.kind === "task" ? body.task.id : 0;
  });

describe("live changes", () => {
  it("begin with where they begin, then come as they happen", async () => {
    const { url, live } = await serving();
    live.publish(task(1));
    const stream = await follow(url);
    expect([stream.status, stream.type]).toEqual([200, "text/event-stream"]);
    expect(await stream.take(1)).toEqual([{ event: "open", id: 1_001, content: { id: 1_001 } }]);
    live.publish(task(2));
    live.publish({ kind: "runner", runner });
    const events = await stream.take(2);
    expect(events.map(({ id }) => id)).toEqual([1_002, 1_003]);
    expect(tasksIn(events)).toEqual([2, 0]);
  });

  it("resume after any event without loss or repeat (F49)", async () => {
    const { url, live } = await serving();
    const first = await follow(url);
    await first.take(1);
    const seen: number[] = [];
    let cursor = 1_000;
    let stream = first;
    for (let id = 1; id <= 60; id += 1) {
      live.publish(task(id));
      if (id % 7 !== 0) continue;
      const events = await stream.take(1 + (id % 5));
      seen.push(...tasksIn(events));
      cursor = events.at(-1)?.id ?? cursor;
      stream.leave();
      stream = await follow(url, cursor);
    }
    seen.push(...tasksIn(await stream.take(60 - seen.length)));
    expect(seen).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
  });

  it("can be resumed by address too, as when a header cannot be set", async () => {
    const { url, live } = await serving();
    for (const id of [1, 2, 3]) live.publish(task(id));
    const answer = await fetch(`${url}${livePath}?after=1002`, { headers: asOperator });
    const chunk = await answer.body?.getReader().read();
    expect(Buffer.from(chunk?.value ?? []).toString()).toMatch(/^retry: 1000\n\nid: 1003\n/);
  });

  it.each([3, 999, 5_000, "of yours", "-1", "9".repeat(30)])(
    "say that something is missing after the cursor %s",
    async (cursor) => {
      const { url, live } = await serving();
      live.publish(task(1));
      const stream = await follow(url, cursor);
      expect(await stream.take(1)).toEqual([{ event: "gap", id: 1_001, content: { id: 1_001 } }]);
      live.publish(task(2));
      expect(tasksIn(await stream.take(1))).toEqual([2]);
    },
  );

  it("keep a bounded number of events, and characters, to resume from", async () => {
    const { url, live } = await serving({ live: { events: 10, bytes: 20_000 } });
    for (let id = 1; id <= 20; id += 1) live.publish(task(id));
    expect((await (await follow(url, 1_009)).take(1))[0]?.event).toBe("gap");
    expect(tasksIn(await (await follow(url, 1_010)).take(10))).toHaveLength(10);
    live.publish(task(21, "x".repeat(30_000)));
    expect((await (await follow(url, 1_019)).take(1))[0]?.event).toBe("gap");
    expect(tasksIn(await (await follow(url, 1_020)).take(1))).toEqual([21]);
  });

  it("go out together when they come together", async () => {
    const { url, live } = await serving({ live: { batchMs: 50 } });
    const stream = await follow(url);
    await stream.take(1);
    const start = performance.now();
    for (let id = 1; id <= 5; id += 1) live.publish(task(id));
    await stream.take(1);
    expect(performance.now() - start).toBeGreaterThan(45);
    expect(tasksIn(await stream.take(4))).toEqual([2, 3, 4, 5]);
  });

  it("arrive whole however large they are", async () => {
    const { url, live } = await serving();
    const stream = await follow(url);
    await stream.take(1);
    for (let id = 1; id <= 8; id += 1) live.publish(task(id, "ü".repeat(400_000)));
    expect(tasksIn(await stream.take(8))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("are limited to so many clients", async () => {
    const { url } = await serving({ live: { clients: 1 } });
    const first = await follow(url);
    await first.take(1);
    expect((await fetch(url + livePath, { headers: asOperator })).status).toBe(503);
    first.leave();
    await expect.poll(async () => (await follow(url)).status).toBe(200);
  });

  it("go on for the others while clients come and go without a word (F49)", async () => {
    const { url, live } = await serving({ live: { batchMs: 1, heartbeatMs: 2 } });
    const { port, host } = new URL(url);
    const head = `GET ${livePath} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${operatorToken}\r\n\r\n`;
    const stream = await follow(url);
    await stream.take(1);
    const ids: number[] = [];
    for (let id = 1; id <= 60; id += 1) {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(head));
      socket.on("error", () => undefined);
      socket.once("data", () => (id % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()));
      live.publish(task(id, "x".repeat(10_000)));
      ids.push(...tasksIn(await stream.take(1)));
    }
    expect(ids).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
  });

  it("cost little for a client that does not read, and cut it off (F49)", async () => {
    const { url, live } = await serving({ live: { bytes: 4e6, heartbeatMs: 20, stallMs: 300, clients: 2 } });
    whoDoesNotRead(url);
    const reader = await follow(url);
    await reader.take(1);
    const before = memoryInUse();
    // A gap for the reader too when it is slower than this loop, which is not what is looked at here.
    for (let id = 1; id <= 100; id += 1) {
      live.publish(task(id, "x".repeat(300_000)));
      await reader.take(1);
    }
    expect((memoryInUse() - before) / 1e6).toBeLessThan(20);
    await expect.poll(async () => (await follow(url)).status, { timeout: 5_000 }).toBe(200);
  });

  it.each([
    ["for the operator", null],
    ["for people who see it", "ada"],
  ])("hold at most one piece for each who does not read, %s (F49)", async (_, login) => {
    const { url, live, sessions } = await serving({ live: { bytes: 2e6, batchMs: 1 }, access: seesAll });
    const token = login === null ? operatorToken : sessions.openToken({ kind: "person", name: login }).token;
    const reader = await follow(url);
    await reader.take(1);
    const sockets = Array.from({ length: 40 }, () => whoDoesNotRead(url, token));
    await Promise.all(sockets.map((socket) => once(socket, "readable")));
    const before = memoryInUse(["arrayBuffers"]);
    const at = "2026-11-22T10:00:00.000Z";
    for (let said = 1; said <= 200; said += 1) {
      const lines = [{ at, kind: "say" as const, text: `${said} ${"x".repeat(100_000)}` }];
      live.publish({ kind: "log", task: "TASK-1", runId: 1, lines });
      await reader.take(1);
    }
    // A piece has 256 KiB and may go over by a frame; as text it would hold three times that while it waits.
    expect((memoryInUse(["arrayBuffers"]) - before) / sockets.length).toBeLessThan(400_000);
  });
});

const seesAll: Access = {
  ...operatorOnly,
  standing: async (login) => ({ login, isAdmin: false, key: "all", sees: () => true, may: () => [] }),
};

/** Somebody who asks for the stream and then takes nothing of it. */
function whoDoesNotRead(url: string, token = operatorToken): Socket {
  const { port, host } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(`GET ${livePath} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  return socket;
}

/** The bytes that something still needs: those which nobody has collected yet say nothing. */
function memoryInUse(of: readonly ("heapUsed" | "arrayBuffers")[] = ["heapUsed", "arrayBuffers"]): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const usage = process.memoryUsage();
  return of.map((kind) => usage[kind]).reduce((sum, bytes) => sum + bytes);
}
