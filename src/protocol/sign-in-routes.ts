import { z } from "zod";
import { Instant } from "./words.ts";

const none = z.object({});

/** How people come in: a part of the route table that is there for everybody. Browsers: see session.ts. */
export const signInRoutes = {
  signInWays: {
    method: "GET",
    path: "/api/sign-in",
    audience: "anybody",
    params: none,
    query: none,
    request: none,
    response: z.object({
      /** Where a browser is sent to be signed in with GitHub; null where that cannot be. */
      web: z.string().nullable(),
      /** With what a program begins GitHub's device flow, and on which website; null where nobody can be signed in. */
      device: z.object({ clientId: z.string(), url: z.string() }).nullable(),
      /** What is missing where one of them is null: a sentence for the operator. */
      missing: z.string().nullable(),
    }),
  },
  signInByToken: {
    method: "POST",
    path: "/api/sign-in/token",
    audience: "anybody",
    params: none,
    query: none,
    /**
     * A user token of this server's own GitHub App, as the device flow gives one. It is given back to GitHub; what comes
     * for it is a token of this server, with that person's roles.
     */
    request: z.object({ token: z.string().min(10).max(500) }),
    response: z.object({ token: z.string(), name: z.string(), isAdmin: z.boolean(), expiresAt: Instant }),
  },
} as const;
