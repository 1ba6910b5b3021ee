import { type Request, Router } from "express";
import { ProblemError } from "#operations/problem-error.ts";
import { type Session, sessionPath } from "#protocol/session.ts";
import { type Access, nameOf } from "./access.ts";
import type { Audit } from "./audit.ts";
import { addressOf } from "./audit.ts";
import { readBody } from "./body.ts";
import { bearerOf, callerOf } from "./caller.ts";
import type { Authenticate } from "./handlers.ts";
import { problems } from "./problems.ts";
import type { KnownSession, Sessions } from "./session.ts";

const mostBytes = 1_024;

/** Signs browsers in by the operator's token and out, and programs out. */
export function serveSession(of: {
  authenticate: Authenticate;
  sessions: Sessions;
  access: Access;
  audit?: Audit;
}): Router {
  const { sessions, access } = of;
  const router = Router({ caseSensitive: true, strict: true });
  const shown = (session: KnownSession): Session => ({
    ...session,
    isAdmin: session.kind === "operator" || access.isAdmin(session.name),
  });
  const note = (request: Request, action: string, by: string) =>
    of.audit?.({
      by,
      place: request.headers.authorization === undefined || action === "signIn" ? "dashboard" : "program",
      address: addressOf(request),
      action,
      subject: null,
      refusal: null,
    });

  router.post(sessionPath, async (request, response) => {
    // By the operator's token only: a session does not make sessions.
    const caller = callerOf(request, "operator", { ...of, sessions: null });
    await readBody(request, response, mostBytes);
    const { cookie, session } = sessions.open(request, { kind: "operator", name: nameOf(caller) });
    note(request, "signIn", session.name);
    response.set("set-cookie", cookie).json({ ...shown(session), pageKey: session.pageKey });
  });
  router.get(sessionPath, (request, response) => {
    const session = sessionOf(request, sessions);
    if (session === null) throw new ProblemError(problems.noToken());
    response.json(shown(session));
  });
  router.delete(sessionPath, (request, response) => {
    const session = sessionOf(request, sessions);
    if (session !== null && request.query.everywhere === "1") {
      sessions.closeAll(session);
      note(request, "signOutEverywhere", session.name);
    } else if (session !== null) note(request, "signOut", session.name);
    const token = bearerOf(request.headers.authorization);
    if (token !== null) sessions.closeToken(token);
    response.set("set-cookie", sessions.close(request)).json({});
  });
  return router;
}

function sessionOf(request: Request, sessions: Sessions): KnownSession | null {
  const token = bearerOf(request.headers.authorization);
  return token === null ? sessions.of(request) : sessions.ofToken(token);
}
