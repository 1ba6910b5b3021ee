import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { pino } from "pino";
import { openProbot } from "#github/probot.ts";
import { type BodyLimits, defaultBodyLimits } from "#github/webhook-body.ts";
import { webhookRoute } from "#github/webhook-route.ts";
import type { Delivery } from "#operations/ports/deliveries.ts";
import { aPrivateKey, aSecret } from "./payloads.ts";

export type Door = {
  url: string;
  /** Stored, each GUID of a hook once. */
  stored: Delivery[];
  /** Everything that was logged. */
  logged: () => string;
  /** What storing throws from now on. */
  failWith: (error: Error | null) => void;
  close: () => Promise<void>;
};

/** The webhook route behind a real HTTP server, with Probot behind it and a list as the store. */
export async function openDoor(options: { secrets?: string[]; limits?: Partial<BodyLimits> } = {}): Promise<Door> {
  const stored: Delivery[] = [];
  const known = new Set<string>();
  let failure: Error | null = null;
  let log = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  const logger = pino({ level: "debug" }, sink);
  const app = await openProbot({
    appId: 1,
    privateKey: aPrivateKey,
    webhookSecret: aSecret,
    apiUrl: "http://127.0.0.1:9",
    writeIntervalMs: 0,
    requestTimeoutMs: 1_000,
    clock: () => Date.now(),
    log: logger,
    accept: (delivery) => {
      if (failure !== null) throw failure;
      const key = `${delivery.hookId} ${delivery.guid}`;
      if (known.has(key)) return;
      known.add(key);
      stored.push(delivery);
    },
  });
  const route = webhookRoute({
    secrets: options.secrets ?? [aSecret],
    receive: app.receive,
    clock: () => 1_000,
    log: logger,
    limits: { ...defaultBodyLimits, ...options.limits },
  });
  const server = createServer((request, response) => void route(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`,
    stored,
    logged: () => log,
    failWith: (error) => {
      failure = error;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
    },
  };
}

export function sign(body: string | Buffer, secret: string = aSecret): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export function headersFor(body: string | Buffer, changes: Record<string, string | undefined> = {}) {
  const all: Record<string, string | undefined> = {
    "content-type": "application/json",
    "x-github-delivery": randomUUID(),
    "x-github-event": "issues",
    "x-github-hook-id": "99",
    "x-hub-signature-256": sign(body),
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** POSTs as GitHub does, with any header changed or left out. */
export async function post(
  door: Door,
  body: string | Buffer,
  changes: Record<string, string | undefined> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(door.url, {
    method: "POST",
    body: new Uint8Array(Buffer.from(body)),
    headers: headersFor(body, changes),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, text: await response.text() };
}
