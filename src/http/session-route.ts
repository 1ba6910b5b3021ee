import { Router } from "express";
import { ProblemError } from "#operations/problem-error.ts";
import { sessionPath } from "#protocol/session.ts";
import type { Audit } from "./audit.ts";
import { readBody } from "./body.ts";
import { callerOf } from "./caller.ts";
import type { Authenticate } from "./handlers.ts";
import { problems } from "./problems.ts";
import type { Sessions } from "./session.ts";

const mostBytes = 1_024;

/** Signs browsers in and out: a bearer token is exchanged for a cookie, which no page can read. */
export function serveSession(of: { authenticate: Authenticate; sessions: Sessions; audit?: Audit }): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post(sessionPath, async (request, response) => {
    // By token only: a session does not make sessions.
    const caller = callerOf(request, "operator", { ...of, sessions: null });
    await readBody(request, response, mostBytes);
    const { cookie, session } = of.sessions.open(request, caller?.kind === "operator" ? caller.name : "");
    of.audit?.({
      by: session.name,
      place: "dashboard",
      address: request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? null,
      action: "signIn",
      subject: null,
      refusal: null,
    });
    response.set("set-cookie", cookie).json(session);
  });
  router.get(sessionPath, (request, response) => {
    const session = of.sessions.of(request);
    if (session === null) throw new ProblemError(problems.noToken());
    response.json(session);
  });
  router.delete(sessionPath, (request, response) => {
    response.set("set-cookie", of.sessions.close(request)).json({});
  });
  return router;
}
