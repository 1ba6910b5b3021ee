/**
 * A signed-in browser. Its cookie cannot be read by pages and its page key is kept by ours alone, so it takes both:
 * a cookie goes to every port of a host, also to a server that an agent has started there.
 * Constants and types only: the dashboard imports this file, and is to stay without zod.
 */
export type Session = {
  /** Who is signed in. */
  name: string;
  /** By the operator's token, or a person with GitHub, whose roles there decide. */
  kind: "operator" | "person";
  /** Whether they may everything. */
  isAdmin: boolean;
  /** ISO 8601, UTC. */
  expiresAt: string;
};

/** Told once, to the page that signed in. */
export type OpenedSession = Session & { pageKey: string };

/**
 * POST with a bearer token opens a session, GET shows it, DELETE ends it, with `?everywhere=1` all of the same person.
 * Not in the route table: it sets a cookie.
 */
export const sessionPath = "/api/session";

/** Goes with every request of the page that relies on its cookie. A page of another site cannot send it. */
export const pageKeyHeader = "x-cc-orchestrator-page-key";

/** Where a browser goes to be signed in with GitHub; `?to=` is a path of ours to come back to. Never below /api. */
export const signInPath = "/sign-in/github";
/** Where GitHub sends the browser back to. */
export const signInCallbackPath = "/sign-in/github/callback";

/** Told to the page in the address's fragment: the key of the session that its cookie is for, or why there is none. */
export const pageKeyFragment = "page-key";
export const signInFragment = "sign-in";
export type SignInTrouble = "refused" | "cancelled" | "expired" | "unreachable" | "unavailable";
