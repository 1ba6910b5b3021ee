import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWire, type Wire } from "./wire.ts";

let server: Server;
let wire: Wire;
let asked = 0;
beforeEach(async () => {
  asked = 0;
  server = createServer((_, response) => {
    asked += 1;
    response.end("whole");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  wire = await openWire(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await wire.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** Asks by a connection of its own: one that is kept may be one that was just broken. */
async function ask(): Promise<string> {
  const request = get(wire.url, { agent: false, signal: AbortSignal.timeout(700) });
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  return await text(answer);
}

test("a wire carries, is cut, carries nothing, or only one way, and is whole again afterwards", async () => {
  expect(await ask()).toBe("whole");
  wire.set("cut");
  await expect(ask()).rejects.toThrow();
  expect(asked).toBe(1);
  wire.set("half-open");
  await expect(ask()).rejects.toThrow();
  expect(asked).toBe(1);
  wire.set("one-way");
  await expect(ask()).rejects.toThrow();
  expect(asked).toBe(2);
  wire.set(100);
  const begunAt = performance.now();
  expect(await ask()).toBe("whole");
  expect(performance.now() - begunAt).toBeGreaterThan(190);
  wire.set("open");
  wire.reset();
  expect(await ask()).toBe("whole");
});
