/**
 * A signed-in browser. Its cookie cannot be read by pages and its page key is kept by ours alone, so it takes both:
 * a cookie goes to every port of a host, also to a server that an agent has started there.
 * Constants and types only: the dashboard imports this file, and is to stay without zod.
 */
export type Session = {
  /** Who is signed in. */
  name: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
};

/** Told once, to the page that signed in. */
export type OpenedSession = Session & { pageKey: string };

/** POST with a bearer token opens a session, GET shows it, DELETE ends it. Not in the route table: it sets a cookie. */
export const sessionPath = "/api/session";

/** Goes with every request of the page that relies on its cookie. A page of another site cannot send it. */
export const pageKeyHeader = "x-cc-orchestrator-page-key";
