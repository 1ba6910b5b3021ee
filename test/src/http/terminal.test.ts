import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { openTerminalRelay } from "#http/terminal-relay.ts";
import { runnerTerminalPath, terminalPath, terminalProtocol, ticketPrefix } from "#protocol/terminal.ts";
import { asOperator, serving } from "./serving.ts";

const held = [{ runId: 7, epoch: 1 }];

async function aRelay(of: { takenBy?: string } = {}) {
  let rings = 0;
  const relay = openTerminalRelay({
    wake: () => {
      rings += 1;
    },
  });
  const { url, close } = await serving({
    terminals: { relay, placeOf: () => ({ runId: 7, runnerId: 3 }), takenBy: () => of.takenBy ?? null },
  });
  const open = async (path: string, protocols: string[], headers = {}) => {
    const address = new URL(path.replace(":task", "TASK-12"), url).href.replace("http", "ws");
    const socket = new WebSocket(address, [terminalProtocol, ...protocols], { headers });
    const told: string[] = [];
    socket.on("message", (bytes) => told.push(String(bytes)));
    await once(socket, "open");
    return { socket, told };
  };
  return {
    relay,
    close,
    rings: () => rings,
    watch: () => open(terminalPath, [], asOperator),
    bring: (ticket: string) => open(runnerTerminalPath, [`${ticketPrefix}${ticket}`]),
  };
}

test("a runner is asked for a terminal only while somebody watches, and its ticket is good once", async () => {
  const { relay, watch, bring, rings } = await aRelay();
  expect(relay.wanted(3, held)).toEqual([]);
  const one = await watch();
  expect(rings()).toBe(1);
  expect(relay.wanted(4, held)).toEqual([]);
  expect(relay.wanted(3, [])).toEqual([]);
  const [{ ticket = "" } = {}] = relay.wanted(3, held);
  expect(relay.wanted(3, held)).toEqual([]);
  const source = await bring(ticket);
  await expect(bring(ticket)).rejects.toThrow("401");
  source.socket.send(JSON.stringify({ kind: "output", text: "hello" }));
  await expect.poll(() => one.told.at(-1)).toContain("hello");
  // Who joins is shown the whole screen, and that somebody is there.
  await watch();
  await expect.poll(() => source.told).toEqual(["again"]);
  await expect.poll(() => one.told.at(-1)).toContain('"others":["ada"]');
});

test("when the last one leaves the runner stops, and what is no news of a terminal ends it", async () => {
  const { relay, watch, bring } = await aRelay();
  const one = await watch();
  const source = await bring(relay.wanted(3, held)[0]?.ticket ?? "");
  one.socket.close();
  await once(source.socket, "close");
  expect(relay.wanted(3, held)).toEqual([]);

  await watch();
  const other = await bring(relay.wanted(3, held)[0]?.ticket ?? "");
  other.socket.send('{"kind":"screen","columns":1e9}');
  const [code] = await once(other.socket, "close");
  expect(code).toBe(1008);
});

test("a browser that does not read is cut, and the others go on", async () => {
  const { relay, watch, bring } = await aRelay();
  const slow = await watch();
  const quick = await watch();
  const source = await bring(relay.wanted(3, held)[0]?.ticket ?? "");
  slow.socket.pause();
  const text = "x".repeat(200_000);
  const isCut = () => quick.told.at(-1)?.includes('"others":[]') ?? false;
  for (let sent = 0; sent < 400 && !isCut(); sent += 1) {
    const before = quick.told.length;
    source.socket.send(JSON.stringify({ kind: "output", text }));
    await expect.poll(() => quick.told.length, { interval: 1 }).toBeGreaterThan(before);
  }
  expect(isCut()).toBe(true);
  slow.socket.terminate();
});

test("the server ends in time although somebody who watches does not answer", async () => {
  const { watch, close } = await aRelay();
  const { socket } = await watch();
  socket.pause();
  const begun = performance.now();
  await close();
  expect(performance.now() - begun).toBeLessThan(2_000);
  socket.terminate();
});

test("whoever has the session types, nobody else does, and the same person may go on in another window", async () => {
  const of: { takenBy?: string } = {};
  const { relay, watch, bring } = await aRelay(of);
  const [one, other] = [await watch(), await watch()];
  const source = await bring(relay.wanted(3, held)[0]?.ticket ?? "");
  const says = (who: typeof one, what: object) => who.socket.send(JSON.stringify(what));
  const typed = () => source.told.filter((text) => text.includes('"keys"'));

  says(one, { kind: "take" });
  await expect.poll(() => one.told.at(-1)).toContain("Take the session over first.");
  of.takenBy = "eve";
  says(one, { kind: "take" });
  await expect.poll(() => one.told.at(-1)).toContain("eve has the session.");
  of.takenBy = "ada";
  says(one, { kind: "take" });
  await expect.poll(() => source.told.at(-1)).toBe('{"kind":"hands","on":true}');
  await expect.poll(() => one.told.some((text) => text.includes('"isYours":true'))).toBe(true);
  says(other, { kind: "keys", text: "not mine" });
  says(one, { kind: "keys", text: "ls" });
  await expect.poll(typed).toEqual(['{"kind":"keys","text":"ls"}']);
  expect(relay.presence()).toEqual([{ runId: 7, watchers: ["ada", "ada"], hands: "ada" }]);

  says(other, { kind: "take" });
  await expect.poll(() => one.told.some((text) => text.includes('"by":"ada","isYours":false'))).toBe(true);
  says(one, { kind: "keys", text: "too late" });
  says(other, { kind: "keys", text: "pwd" });
  await expect.poll(() => typed().at(-1)).toContain("pwd");
  expect(typed()).toHaveLength(2);

  // Handed back: what is typed then goes nowhere.
  of.takenBy = "";
  says(other, { kind: "keys", text: "rm" });
  await expect.poll(() => source.told.at(-1)).toBe('{"kind":"hands","on":false}');
  expect(typed()).toHaveLength(2);
  says(other, { kind: "paste", text: "x".repeat(70_000) });
  const [code] = await once(other.socket, "close");
  expect(code).toBe(1008);
});
