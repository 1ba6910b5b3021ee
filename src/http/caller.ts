import type { Request } from "express";
import { ProblemError } from "#operations/problem-error.ts";
import type { Audience } from "#protocol/routes.ts";
import type { Authenticate, Caller } from "./handlers.ts";
import { problems } from "./problems.ts";

/**
 * Who sent the request.
 * @returns null where anybody may
 * @throws ProblemError 401 without a valid token, 403 with one of another audience
 */
export function callerOf(request: Request, audience: Audience, authenticate: Authenticate): Caller | null {
  if (audience === "anybody") return null;
  const bearer = bearerOf(request.headers.authorization);
  if (bearer === null) throw new ProblemError(problems.noToken());
  const caller = authenticate(bearer, audience);
  if (caller?.kind === audience) return caller;
  const isAnothers = authenticate(bearer, audience === "runner" ? "operator" : "runner") !== null;
  throw new ProblemError(isAnothers ? problems.wrongAudience(audience) : problems.noToken());
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer ([\x21-\x7e]{1,500})$/i.exec(header ?? "")?.[1] ?? null;
}
