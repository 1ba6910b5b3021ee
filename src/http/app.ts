import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import type { Door } from "#operations/ports/elsewhere.ts";
import { livePath, type RouteName, routes, webhookPath } from "#protocol/routes.ts";
import { runnerRoutes } from "#protocol/runner-routes.ts";
import { sessionPath, signInFragment, signInPath } from "#protocol/session.ts";
import { type Access, operatorOnly } from "./access.ts";
import type { Audit } from "./audit.ts";
import { serveDashboard } from "./dashboard.ts";
import { serveDoor } from "./door.ts";
import type { Authenticate, Handlers } from "./handlers.ts";
import { secured, uncached } from "./headers.ts";
import type { InFlight } from "./in-flight.ts";
import type { Live } from "./live.ts";
import { serveLive } from "./live-route.ts";
import { onlyHosts, onlySameOrigin } from "./origin.ts";
import { problemOf, problems, sendProblem } from "./problems.ts";
import { serveRoute } from "./route.ts";
import type { Sessions } from "./session.ts";
import { serveSession } from "./session-route.ts";
import { type ServedSignIn, serveSignIn } from "./sign-in-route.ts";
import { type ServedTerminals, serveTerminals } from "./terminal-route.ts";

/** Where failures are told; pino's shape. */
export type HttpLog = { error(details: object, message: string): void };

export type AppOptions = {
  handlers: Handlers;
  authenticate: Authenticate;
  /** Those of browsers. */
  sessions: Sessions;
  /** What people who are signed in see and may do. */
  access: Access;
  /** The repository of a task; null when there is no such task. */
  repositoryOf: (task: string) => string | null;
  live: Live;
  /** Nobody can watch where it is absent. */
  terminals?: ServedTerminals;
  /** People sign in with GitHub; nobody does where it is absent. */
  signIn?: Omit<ServedSignIn, "sessions" | "audit">;
  /** Told what people ask for; nobody when absent. */
  audit?: Audit;
  /** Gets webhooks untouched: it checks the signature on the raw bytes and answers by itself. Null where none may come. */
  webhook: ((request: Request, response: Response) => unknown) | null;
  /** Those of chats that tell by HTTP what people press there; none when absent. */
  doors?: readonly Door[];
  /** The built dashboard, or null where there is none. */
  staticFolder: string | null;
  /** Host names without port under which the server may be reached, besides any address. */
  allowedHosts: readonly string[];
  log: HttpLog;
};

/** Everything that the control plane answers, as an Express app. */
export function openApp(options: AppOptions, inFlight: InFlight): Express {
  const app = express();
  options.sessions.onEnd(() => {
    options.live.lookWhoIsIn();
    options.terminals?.relay.lookWhoIsIn();
  });
  app.disable("x-powered-by").disable("etag").enable("case sensitive routing").enable("strict routing");
  app.use(closingWith(inFlight), secured, onlyHosts(options.allowedHosts));
  const { webhook } = options;
  if (webhook !== null)
    app.all(webhookPath, async (request, response) => {
      await webhook(request, response);
    });
  for (const door of options.doors ?? []) app.all(door.path, serveDoor(door));
  app.use("/api", onlySameOrigin, uncached);
  app.get(livePath, serveLive(options));
  app.use(serveSession(options));
  if (options.signIn !== undefined) app.use(serveSignIn({ ...options, ...options.signIn }));
  else app.get(signInPath, (_request, response) => response.redirect(302, `/#${signInFragment}=unavailable`));
  if (options.terminals !== undefined) app.use(serveTerminals(options.terminals, options));
  for (const name of Object.keys(routes) as RouteName[]) {
    const { method, path } = routes[name];
    app[method === "GET" ? "get" : "post"](path, serveRoute(name, { ...options, inFlight }));
  }
  for (const [path, methods] of methodsByPath()) app.all(path, wrongMethod(methods));
  app.use("/api", (request, response) =>
    sendProblem(response, problems.notFound(request.originalUrl.split("?")[0] ?? "")),
  );
  app.use(serveDashboard(options.staticFolder));
  app.use(failing(options.log, inFlight));
  return app;
}

export type RunnerAppOptions = Pick<AppOptions, "authenticate" | "log"> & {
  handlers: Pick<Handlers, keyof typeof runnerRoutes>;
};

/** What runners ask, and nothing else. */
export function openRunnerApp(options: RunnerAppOptions, inFlight: InFlight): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").enable("case sensitive routing").enable("strict routing");
  app.use(closingWith(inFlight), secured, onlyHosts(["127.0.0.1"]));
  for (const name of Object.keys(runnerRoutes) as (keyof typeof runnerRoutes)[]) {
    const { method, path } = runnerRoutes[name];
    const known = { authenticate: options.authenticate, sessions: null, access: operatorOnly };
    app[method === "GET" ? "get" : "post"](path, serveRoute(name, { ...options, ...known, inFlight }));
  }
  app.use((_request, response) => sendProblem(response, problems.notFound("That")));
  app.use(failing(options.log, inFlight));
  return app;
}

function closingWith(inFlight: InFlight): RequestHandler {
  return (_request, response, next) => {
    if (inFlight.isStopping()) response.set("connection", "close");
    next();
  };
}

function methodsByPath(): Map<string, string[]> {
  const found = new Map([
    [livePath as string, ["GET"]],
    [sessionPath as string, ["GET", "POST", "DELETE"]],
  ]);
  for (const { path, method } of Object.values(routes)) found.set(path, [...(found.get(path) ?? []), method]);
  return found;
}

function wrongMethod(methods: readonly string[]): RequestHandler {
  return (_request, response) => {
    response.set("allow", methods.join(", "));
    sendProblem(response, problems.wrongMethod(methods.join(" and ")));
  };
}

/** Errors end here: what the asker may know is the answer, the rest is for the log. */
function failing(log: HttpLog, inFlight: InFlight) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    // The caller has gone, and what the abort of its wait threw interests nobody.
    if (response.destroyed) return;
    const problem = problemOf(error);
    if (problem === null && !inFlight.isStopping())
      log.error({ err: error, method: request.method, path: request.path }, "A request failed");
    sendProblem(response, problem ?? (inFlight.isStopping() ? problems.stopping() : problems.failed()));
    if (response.headersSent && !response.writableEnded) response.destroy();
  };
}
