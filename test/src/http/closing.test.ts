import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { asOperator, asRunner, json, serving } from "./serving.ts";
import { follow } from "./stream.ts";

/** Calls that the handler under test has begun. */
function gate() {
  let open: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { begun, begin: () => open() };
}

const claim = (url: string, signal: AbortSignal | null = null) =>
  fetch(`${url}/api/runner/claim`, {
    method: "POST",
    headers: { ...asRunner, ...json },
    body: '{"freeSlots":1,"waitSeconds":60}',
    signal,
  });

describe("closing", () => {
  it("answers long polls with nothing, lets answers finish and ends streams, in under 2 s (F52)", async () => {
    const poll = gate();
    const work = gate();
    const { url, live, close } = await serving({
      handlers: {
        claim: async ({ signal }) => {
          poll.begin();
          await once(signal, "abort");
          return { offer: null };
        },
        listTasks: async () => {
          work.begin();
          await new Promise((resolve) => setTimeout(resolve, 200));
          return { tasks: [] };
        },
      },
    });
    await (await fetch(`${url}/api/health`)).text();
    const stream = await follow(url);
    await stream.take(1);
    const answers = [claim(url), fetch(`${url}/api/tasks`, { headers: asOperator })];
    await Promise.all([poll.begun, work.begun]);
    live.publish({ kind: "log", task: "TASK-1", runId: 1, lines: [] });
    const start = performance.now();
    await close();
    expect(performance.now() - start).toBeLessThan(1_000);
    const [claimed, listed] = await Promise.all(answers);
    expect([await claimed?.json(), await listed?.json()]).toEqual([{ offer: null }, { tasks: [] }]);
    expect((await stream.rest()).map(({ id }) => id)).toEqual([1_001]);
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
  });

  it("says that it is stopping where a wait is broken off", async () => {
    const poll = gate();
    const { url, close, logged } = await serving({
      handlers: {
        claim: async ({ signal }) => {
          poll.begin();
          await once(signal, "abort");
          signal.throwIfAborted();
          return { offer: null };
        },
      },
    });
    const answer = claim(url);
    await poll.begun;
    await close();
    expect([(await answer).status, logged]).toEqual([503, []]);
  });

  it("cuts what does not end by itself, in under 2 s (F52)", async () => {
    const stuck = gate();
    const { url, close } = await serving({
      handlers: {
        listTasks: () => {
          stuck.begin();
          return new Promise(() => undefined);
        },
      },
    });
    const answer = fetch(`${url}/api/tasks`, { headers: asOperator }).catch((error: unknown) => error);
    const half = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void half.destroy());
    half.on("error", () => undefined);
    half.write("POST /api/tasks HTTP/1.1\r\n");
    await stuck.begun;
    const start = performance.now();
    await close();
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await answer).toBeInstanceOf(Error);
  });
});

it("listening where somebody else does is refused", async () => {
  const { url } = await serving();
  const { http } = await serving();
  await expect(http.listen("127.0.0.1", Number(new URL(url).port))).rejects.toThrow("EADDRINUSE");
});

it("a handler is told when its caller has gone, and nothing is logged", async () => {
  const poll = gate();
  const gone = gate();
  const { url, logged } = await serving({
    handlers: {
      claim: async ({ signal }) => {
        poll.begin();
        await once(signal, "abort");
        gone.begin();
        throw new Error("nobody listens");
      },
    },
  });
  const caller = new AbortController();
  const answer = claim(url, caller.signal).catch((error: unknown) => error);
  await poll.begun;
  caller.abort();
  await gone.begun;
  await answer;
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  expect(logged).toEqual([]);
});
