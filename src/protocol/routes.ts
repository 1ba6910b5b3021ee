import { z } from "zod";
import { operatorRoutes } from "./operator-routes.ts";
import { pageRoutes } from "./page-routes.ts";
import { runnerRoutes } from "./runner-routes.ts";
import { signInRoutes } from "./sign-in-routes.ts";
import { taskRoutes } from "./task-routes.ts";
import { teamRoutes } from "./team-routes.ts";

/** Who may call a route: anybody, a registered runner, or an operator with the server's token. */
export type Audience = "anybody" | "runner" | "operator";

type Route = {
  method: "GET" | "POST";
  path: string;
  audience: Audience;
  params: z.ZodType;
  query: z.ZodType;
  request: z.ZodType;
  response: z.ZodType;
};

const none = z.object({});

/** The whole contract between the programs: server and clients both derive from this table. */
export const routes = {
  health: {
    method: "GET",
    path: "/api/health",
    audience: "anybody",
    params: none,
    query: none,
    request: none,
    response: z.object({
      ok: z.boolean(),
      version: z.string(),
      /** What keeps everything from going on, in a sentence; absent where nothing does. */
      trouble: z.string().optional(),
    }),
  },
  ...signInRoutes,
  ...runnerRoutes,
  ...taskRoutes,
  ...operatorRoutes,
  ...pageRoutes,
  ...teamRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export type ParamsOf<N extends RouteName> = z.output<(typeof routes)[N]["params"]>;
export type QueryOf<N extends RouteName> = z.output<(typeof routes)[N]["query"]>;
export type RequestOf<N extends RouteName> = z.output<(typeof routes)[N]["request"]>;
export type ResponseOf<N extends RouteName> = z.output<(typeof routes)[N]["response"]>;

/** Live changes are a stream (text/event-stream of LiveEvent), not a route of request and answer. */
export const livePath = "/api/live";
/** Where GitHub delivers webhooks. */
export const webhookPath = "/api/github/webhooks";
