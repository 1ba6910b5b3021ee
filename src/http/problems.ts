import type { Response } from "express";
import { ProblemError } from "#operations/problem-error.ts";
import type { Problem } from "#protocol/problem.ts";

/** Refusals that do not depend on what the route does. */
export const problems = {
  invalid: (findings: readonly string[]): Problem => ({
    status: 400,
    code: "invalid_request",
    title: `The request is not valid: ${findings.join("; ")}.`,
  }),
  noToken: (): Problem => ({
    status: 401,
    code: "unauthorized",
    title: "This needs a valid token.",
    advice: "Send it as: Authorization: Bearer <token>",
  }),
  wrongAudience: (audience: string): Problem => ({
    status: 403,
    code: "forbidden",
    title: `The token is not ${audience === "operator" ? "an operator" : "a runner"}'s.`,
  }),
  crossOrigin: (): Problem => ({
    status: 403,
    code: "cross_origin",
    title: "Pages of other sites may not use this server.",
  }),
  notFound: (path: string): Problem => ({ status: 404, code: "not_found", title: `There is nothing at ${path}.` }),
  wrongMethod: (allowed: string): Problem => ({
    status: 405,
    code: "method_not_allowed",
    title: `This is only there for ${allowed}.`,
  }),
  tooLarge: (limit: number): Problem => ({
    status: 413,
    code: "too_large",
    title: `The body is larger than ${limit / 1024} KiB.`,
  }),
  notJson: (): Problem => ({
    status: 415,
    code: "not_json",
    title: "The body must be uncompressed JSON in UTF-8.",
    advice: "Send it with: Content-Type: application/json",
  }),
  noUpgrade: (): Problem => ({
    status: 426,
    code: "no_websocket",
    title: "A terminal is a WebSocket.",
  }),
  wrongHost: (host: string): Problem => ({
    status: 421,
    code: "wrong_host",
    title: `This server is not known as ${JSON.stringify(host)}.`,
    advice: "Add the name to the server's allowed hosts if it is yours.",
  }),
  failed: (): Problem => ({
    status: 500,
    code: "internal",
    title: "The server failed. Its log says why.",
  }),
  stopping: (): Problem => ({
    status: 503,
    code: "stopping",
    title: "The server is stopping.",
    advice: "Try again soon.",
  }),
  crowded: (): Problem => ({ status: 503, code: "crowded", title: "Too many live streams are open." }),
} as const;

/** What the asker is told of an error; null for an error that only the log may tell of. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof ProblemError) return error.problem;
  // Express and its parts say with a status that the request is to blame, as for "%zz" in a path.
  const status = error instanceof Error && "status" in error ? error.status : null;
  if (status === 400) return problems.invalid(["it cannot be read"]);
  if (status === 403 || status === 404) return problems.notFound("this path");
  return null;
}

/** Answers with the problem; nothing where an answer is already on its way. */
export function sendProblem(response: Response, problem: Problem): void {
  if (response.headersSent || response.destroyed) return;
  if (problem.status === 503) response.set("retry-after", "5");
  if (problem.status === 401) response.set("www-authenticate", "Bearer");
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}
