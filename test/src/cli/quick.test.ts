import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openCaller } from "#cli/caller.ts";
import { quickRunOf } from "#cli/quick.ts";
import { ask } from "#cli/wire.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRunner, aTask, openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
const sockets: Server[] = [];
beforeAll(async () => {
  server = await openStandIn({
    health: { ok: true, version: "0.1.0" },
    listTasks: { tasks: [aTask()] },
    listRunners: { runners: [aRunner()] },
  });
});
afterEach(() => {
  for (const one of sockets.splice(0)) one.close();
});
afterAll(async () => {
  await server.close();
  home.close();
});

/** A server that does with each connection what `turn` says, once something has come. */
async function rawServer(turn: (socket: Socket) => void): Promise<URL> {
  const listening = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => turn(socket));
  });
  sockets.push(listening);
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return new URL(`http://127.0.0.1:${(listening.address() as AddressInfo).port}/api/health`);
}

const asking = (url: URL) => ({ method: "GET", url, headers: {}, body: null, timeoutMs: 5_000, signal: null }) as const;

describe("a command line that needs no parser", () => {
  it.each([
    [["--help"]],
    [["help"]],
    [["-V"]],
    [["version"]],
    [["version", "--json"]],
    [["status"]],
    [["status", "--server", "http://127.0.0.1:9"]],
    [["--verbose", "status", "--json", "--server=http://127.0.0.1:9"]],
  ])("is %j", (args) => expect(quickRunOf(args)).not.toBeNull());

  it.each([
    [[]],
    [["status", "--help"]],
    [["status", "--server"]],
    [["status", "--server", "--json"]],
    [["status", "--nonsense"]],
    [["status", "more"]],
    [["version", "--server", "x"]],
    [["help", "task"]],
    [["task", "list"]],
  ])("is not %j", (args) => expect(quickRunOf(args)).toBeNull());

  it("says the same with and without it", async () => {
    const env = { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken, COLUMNS: "60" };
    for (const [quick, parsed] of [
      [["status"], ["status", "--server", server.url, "--"]],
      [["--help"], ["--help", "--"]],
      [["version"], ["version", "--"]],
    ] as const)
      expect(await home.run(quick, env)).toEqual(await home.run(parsed, env));
  });

  it("shows every command in a help that fits a terminal of 60 columns", async () => {
    const { out } = await home.run(["--help"], { COLUMNS: "60" });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    for (const name of ["up", "status", "web start", "task create", "runner register"])
      expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
  });
});

describe("an answer over the bare socket", () => {
  it("is taken in however it is cut, several over one connection", async () => {
    let connections = 0;
    const answer = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
    const url = await rawServer((socket) => {
      connections += 1;
      for (const byte of Buffer.from(["ä", "", "c"].map(answer).join(""))) socket.write(Buffer.of(byte));
    });
    const answers = await Promise.all([ask(asking(url)), ask(asking(url)), ask(asking(url))]);
    expect(answers.map(({ text }) => text)).toEqual(["ä", "", "c"]);
    expect(connections).toBe(1);
  });

  it.each([
    ["in chunks", "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n3;x=1\r\n  \n\r\n0\r\n\r\n"],
    ["up to the end", "connection: close\r\n\r\n{}  \n"],
  ])("is taken in %s", async (_, rest) => {
    const url = await rawServer((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
    expect(await ask(asking(url))).toEqual({ status: 200, text: "{}  \n" });
  });

  it.each([
    ["greets like a mail server", "220 mail.example ESMTP\r\n"],
    ["sends no chunks where it says so", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}\r\n"],
    ["stops in the middle", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"],
    ["says nothing", ""],
  ])("is refused from what %s", async (_, text) => {
    const url = await rawServer((socket) => socket.end(text));
    await expect(ask(asking(url))).rejects.toThrow();
    expect(await home.run(["status", "--server", url.origin])).toMatchObject({ code: 5, out: "" });
  });

  it("is given up after a while", async () => {
    const url = await rawServer(() => undefined);
    await expect(ask({ ...asking(url), timeoutMs: 100 })).rejects.toThrow("no answer in 100 ms");
  });

  it("S12 lets no token write a header", async () => {
    const url = await rawServer((socket) => socket.end());
    const { call } = openCaller(url.origin, "token\r\nx-more: 1");
    await expect(call("health")).rejects.toMatchObject({ cause: new TypeError("A header holds a line break.") });
  });
});

describe("an answer that is not what our server says", () => {
  it("is told as such, though it is believed at first", async () => {
    const text = JSON.stringify({ ok: true, version: 1, tasks: [{ status: "in_progress" }], runners: [] });
    const one = `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    const url = await rawServer((socket) => void socket.write(one.repeat(3)));
    for (const flags of [[], ["--json"]]) {
      const { code, out, err } = await home.run(["status", "--server", url.origin, ...flags]);
      expect({ code, out }).toEqual({ code: 5, out: "" });
      expect(err).toContain("does not answer");
    }
  });
});
