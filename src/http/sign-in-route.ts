import { createHash, timingSafeEqual } from "node:crypto";
import { type Request, type Response, Router } from "express";
import type { GitHubSignIn } from "#operations/ports/github-sign-in.ts";
import { SignInError } from "#operations/ports/github-sign-in.ts";
import { ProblemError } from "#operations/problem-error.ts";
import {
  pageKeyFragment,
  type SignInTrouble,
  signInCallbackPath,
  signInFragment,
  signInPath,
} from "#protocol/session.ts";
import type { Attempts } from "./attempts.ts";
import { type Audit, addressOf } from "./audit.ts";
import { attributesFor, cookieName, cookieOf } from "./cookies.ts";
import { uncached } from "./headers.ts";
import type { Sessions } from "./session.ts";
import type { SignInCookies } from "./sign-in-cookie.ts";

export type ServedSignIn = {
  github: GitHubSignIn;
  cookies: SignInCookies;
  sessions: Sessions;
  /** Where people reach this server; GitHub sends them back there. */
  publicUrl: string;
  /** Whether this person may come in at all. @throws ProblemError 503 */
  maySignIn(login: string): Promise<boolean>;
  attempts: Attempts;
  audit?: Audit;
  log: { warn(details: object, message: string): void };
};

/**
 * Signs browsers in with GitHub: there and back, with a state and a verifier that only this browser has. Both addresses
 * lie outside /api, for GitHub's page sends the browser here.
 */
export function serveSignIn(of: ServedSignIn): Router {
  const { github, cookies, publicUrl } = of;
  const redirectUri = `${publicUrl}${signInCallbackPath}`;
  const router = Router({ caseSensitive: true, strict: true });
  router.use("/sign-in", uncached);
  router.get(signInPath, (request, response) => {
    const to = localPath(request.query.to);
    // Under another name of this server the browser would come back without its cookie.
    if (request.headers.host !== new URL(publicUrl).host)
      return response.redirect(302, `${publicUrl}${signInPath}?to=${encodeURIComponent(to)}`);
    const { begun, value, seconds } = cookies.begin(to);
    response.set("set-cookie", cookieFor(of, request, value, seconds));
    return response.redirect(302, github.askAt({ ...begun, redirectUri }));
  });
  router.get(signInCallbackPath, async (request, response) => {
    const begun = cookies.read(cookieOf(request, cookieName(request, "sign_in")) ?? "");
    const cleared = cookieFor(of, request, "", 0);
    const { code, state, error } = request.query;
    if (begun === null || typeof state !== "string" || !isSame(state, begun.state))
      return leave(response, [cleared], signInFragment, "expired", "/");
    if (error !== undefined || typeof code !== "string")
      return leave(response, [cleared], signInFragment, "cancelled", begun.to);
    const login = await who(of, request, { code, verifier: begun.verifier, redirectUri });
    if ("trouble" in login) return leave(response, [cleared], signInFragment, login.trouble, begun.to);
    const { cookie, session } = of.sessions.open(request, { kind: "person", name: login.name });
    return leave(response, [cleared, cookie], pageKeyFragment, session.pageKey, begun.to);
  });
  return router;
}

async function who(
  of: ServedSignIn,
  request: Request,
  asked: { code: string; verifier: string; redirectUri: string },
): Promise<{ name: string } | { trouble: SignInTrouble }> {
  let name = "";
  const note = (refusal: string | null) =>
    of.audit?.({ by: name, place: "dashboard", address: addressOf(request), action: "signIn", subject: null, refusal });
  try {
    of.attempts.take();
    name = await of.github.byCode(asked);
    if (await of.maySignIn(name)) {
      note(null);
      return { name };
    }
    note("No repository of this server lets them in.");
    return { trouble: "refused" };
  } catch (error) {
    if (error instanceof SignInError) {
      of.log.warn({ error: error.message, cause: String(error.cause ?? "") }, "somebody could not be signed in");
      return { trouble: error.why === "refused" ? "expired" : "unreachable" };
    }
    if (error instanceof ProblemError) return { trouble: "unreachable" };
    throw error;
  }
}

/** In the fragment, which neither servers nor their logs get to see. */
function leave(response: Response, cookies: string[], key: string, value: string, to: string): void {
  response.set("set-cookie", cookies).redirect(302, `${to}#${key}=${encodeURIComponent(value)}`);
}

/** Lax: it is to come along when GitHub sends the browser back. */
function cookieFor(of: ServedSignIn, request: Request, value: string, seconds: number): string {
  const attributes = attributesFor(request, of.publicUrl, "Lax");
  return `${cookieName(request, "sign_in")}=${value}; Max-Age=${seconds}; Path=/sign-in${attributes}`;
}

/** A path of our own pages; anything else would send people to another site. */
function localPath(given: unknown): string {
  const isPath = typeof given === "string" && /^\/(?![/\\])[\w\-./~?=&%]{0,400}$/.test(given);
  return isPath ? given : "/";
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
