import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Express } from "express";
import { type AppOptions, openApp, openRunnerApp, type RunnerAppOptions } from "./app.ts";
import { openInFlight } from "./in-flight.ts";
import { upgradeThrough } from "./terminal-route.ts";

/** What has not finished by itself this long after `close` is cut off. */
const graceMs = 1_500;

export type Listening = {
  /** As `http://127.0.0.1:8080`, with the port that was really taken. */
  url: string;
  /** Takes no more requests, lets answers finish and waiting ones end empty, cuts the rest; in under 2 s. */
  close(): Promise<void>;
};

/**
 * The control plane over HTTP.
 * `listen` takes port 0 for any free one, and throws as `node:net` does where it cannot have the port.
 */
export function openHttp(options: AppOptions): {
  app: Express;
  listen(host: string, port: number): Promise<Listening>;
} {
  const inFlight = openInFlight();
  const app = openApp(options, inFlight);
  return {
    app,
    listen: (host, port) =>
      listen(app, { host, port, hasTerminals: options.terminals !== undefined, log: options.log }, () => {
        inFlight.stop();
        options.live.close();
        options.terminals?.relay.close();
      }),
  };
}

/** What runners ask, and nothing else, for those on this machine. */
export function openRunnerHttp(options: RunnerAppOptions): { listen(): Promise<Listening> } {
  const inFlight = openInFlight();
  const app = openRunnerApp(options, inFlight);
  return {
    listen: () => listen(app, { host: "127.0.0.1", port: 0, hasTerminals: false, log: options.log }, inFlight.stop),
  };
}

async function listen(
  app: Express,
  of: { host: string; port: number; hasTerminals: boolean; log: AppOptions["log"] },
  stopWaiting: () => void,
): Promise<Listening> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 120_000, keepAliveTimeout: 75_000 }, app);
  if (of.hasTerminals) upgradeThrough(app, server);
  server.listen(of.port, of.host);
  await once(server, "listening");
  server.on("error", (error) => of.log.error({ err: error }, "The server's socket failed"));
  return {
    url: urlOf(server, of.host),
    close: () => {
      stopWaiting();
      return stop(server);
    },
  };
}

async function stop(server: Server): Promise<void> {
  const hasStopped = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await hasStopped;
  clearTimeout(deadline);
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no address.");
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}
