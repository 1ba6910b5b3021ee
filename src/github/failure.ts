import { GitHubRefusedError } from "#operations/ports/github.ts";

/** What was asked for is as it was when the ETag was given. Costs nothing of the rate limit. */
export class NotModifiedError extends Error {
  constructor(path: string) {
    super(`Nothing has changed at ${path}`);
    this.name = "NotModifiedError";
  }
}

/** The parts of an Octokit error that we look at; every one may be missing. */
export type Failure = {
  status: number;
  message: string;
  method: string;
  /** Without query: a path is enough to say what failed. */
  path: string;
  /** Null when no answer came. */
  headers: Record<string, string | undefined> | null;
};

/** Where installation tokens are made; a refusal here is about the app, never about what was asked for. */
const mintPath = /\/app\/installations\/\d+\/access_tokens$/;

const appLacksPermission =
  ". The app lacks a permission that this needs: compare its settings on GitHub with app.yml, and accept the change where " +
  "the app is installed.";

/**
 * What an error thrown by Octokit tells.
 * @returns null when the error did not come from a request
 */
export function failureOf(error: unknown): Failure | null {
  if (!(error instanceof Error) || !("request" in error)) return null;
  if (!("status" in error) || typeof error.status !== "number") return null;
  const request = objectOf(error.request);
  const response = "response" in error ? objectOf(error.response) : {};
  return {
    status: error.status,
    message: error.message,
    method: typeof request.method === "string" ? request.method : "",
    path: typeof request.url === "string" ? pathOf(request.url) : "",
    headers: response.headers === undefined ? null : (objectOf(response.headers) as Record<string, string | undefined>),
  };
}

/**
 * The error that callers branch on. Octokit's own is not handed on: it carries the request with its body, which has no
 * place in a log.
 * @param lackingPermission what is said beside GitHub's own words where a permission is missing
 */
export function errorOf(failure: Failure, lackingPermission = appLacksPermission): Error {
  const what = `${failure.method} ${failure.path}`;
  if (mintPath.test(failure.path) && [401, 403, 404, 422].includes(failure.status)) {
    return new GitHubRefusedError(
      failure.status === 404 ? 403 : failure.status,
      failure.status === 404
        ? "GitHub knows no such installation: the app is no longer installed there. Install it again to go on."
        : `GitHub gives the app no token for this installation (${failure.status}): ${failure.message}`,
    );
  }
  if (failure.status === 304) return new NotModifiedError(failure.path);
  if (failure.headers === null) return new Error(`No answer from GitHub to ${what}: ${failure.message}`);
  if (failure.status >= 400 && failure.status < 500 && failure.status !== 408) {
    const message = failure.message.slice(0, 1_000);
    const advice = /not accessible by (integration|personal access token)/i.test(message) ? lackingPermission : "";
    return new GitHubRefusedError(failure.status, `GitHub refused ${what} with ${failure.status}: ${message}${advice}`);
  }
  return new Error(`GitHub answered ${failure.status} to ${what}: ${failure.message.slice(0, 1_000)}`);
}

/** Whether GitHub refused with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: number[]): error is GitHubRefusedError {
  return error instanceof GitHubRefusedError && statuses.includes(error.status);
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : (url.split("?")[0] ?? url);
}
