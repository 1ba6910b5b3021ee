import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Express } from "express";
import { type AppOptions, openApp } from "./app.ts";
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
    listen: async (host, port) => {
      const server = createServer({ headersTimeout: 10_000, requestTimeout: 120_000, keepAliveTimeout: 75_000 }, app);
      if (options.terminals !== undefined) upgradeThrough(app, server);
      server.listen(port, host);
      await once(server, "listening");
      server.on("error", (error) => options.log.error({ err: error }, "The server's socket failed"));
      return {
        url: urlOf(server, host),
        close: () => {
          inFlight.stop();
          options.live.close();
          options.terminals?.relay.close();
          return stop(server);
        },
      };
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
