import type { Request } from "express";
import { ProblemError } from "#operations/problem-error.ts";
import type { Audience } from "#protocol/routes.ts";
import type { Authenticate, Caller } from "./handlers.ts";
import { problems } from "./problems.ts";
import type { Sessions } from "./session.ts";

/** What tells who somebody is; without sessions nobody is known by a cookie. */
export type Known = { authenticate: Authenticate; sessions: Sessions | null };

/**
 * Who sent the request: by its token, or by the session of a browser.
 * @returns null where anybody may
 * @throws ProblemError 401 without a valid token, 403 with one of another audience
 */
export function callerOf(request: Request, audience: Audience, { authenticate, sessions }: Known): Caller | null {
  if (audience === "anybody") return null;
  const bearer = bearerOf(request.headers.authorization);
  const session = bearer === null ? sessions?.of(request) : sessions?.ofToken(bearer);
  if (session && audience === "operator") return { kind: session.kind, name: session.name };
  if (session) throw new ProblemError(problems.wrongAudience(audience));
  if (bearer === null) throw new ProblemError(problems.noToken());
  const caller = authenticate(bearer, audience);
  if (caller?.kind === audience) return caller;
  const isAnothers = authenticate(bearer, audience === "runner" ? "operator" : "runner") !== null;
  throw new ProblemError(isAnothers ? problems.wrongAudience(audience) : problems.noToken());
}

/** Tells later whether whoever sent the request is still signed in. */
export function stillIn(request: Request, known: Known): () => boolean {
  return () => {
    try {
      return callerOf(request, "operator", known) !== null;
    } catch {
      // Why they are no longer known is told to their next request.
      return false;
    }
  };
}

/** The token that a request brings along; null without one. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer ([\x21-\x7e]{1,500})$/i.exec(header ?? "")?.[1] ?? null;
}
