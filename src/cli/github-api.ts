import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Context } from "./context.ts";
import { FailedError } from "./errors.ts";
import { readServerConfig } from "./programs/configuration.ts";

const run = promisify(execFile);
const timeoutMs = 20_000;

/** A person's own token: the one that is kept for the server, else the usual one; null for none. */
export async function personalToken(context: Context): Promise<string | null> {
  const reading = await readServerConfig(context, {});
  const kept = "config" in reading ? reading.config.github?.token : undefined;
  return kept ?? usualToken(context);
}

/** GITHUB_TOKEN, GH_TOKEN, or what GitHub's command line is signed in with; null for none. */
export async function usualToken({ env }: Context): Promise<string | null> {
  const given = env.GITHUB_TOKEN || env.GH_TOKEN;
  if (given) return given;
  try {
    const { stdout } = await run("gh", ["auth", "token"], { env: { ...env }, timeout: timeoutMs });
    return stdout.trim() || null;
  } catch (error) {
    // Not installed, or not signed in: both are no token.
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}

/** The base of GitHub's REST API: the server's, as far as it is set up here. */
async function apiBase(context: Context): Promise<string> {
  const reading = await readServerConfig(context, {});
  const given = "config" in reading ? reading.config.githubApiUrl : context.env.GITHUB_API_URL;
  return (given || "https://api.github.com").replace(/\/+$/, "");
}

/** Where that GitHub has its repositories: a token for it must not be sent anywhere else. */
export async function gitOrigin(context: Context): Promise<string> {
  const { origin, hostname } = new URL(await apiBase(context));
  return hostname === "api.github.com" ? "https://github.com" : origin;
}

/**
 * One call of GitHub's REST API in a person's own name (https://docs.github.com/rest).
 * @param answers statuses besides 2xx and 422 that are answers and no failures
 * @throws FailedError in GitHub's words, with what to do
 */
export async function askGitHub(
  context: Context,
  method: "GET" | "POST",
  path: string,
  body?: object,
  answers: readonly number[] = [],
): Promise<{ status: number; answer: unknown }> {
  const token = await personalToken(context);
  if (token === null && method === "POST")
    throw new FailedError("There is no token for GitHub.", "Set GITHUB_TOKEN, or sign in with: gh auth login");
  const base = await apiBase(context);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${base}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        "user-agent": "cc-orchestrator",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await response.json();
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new FailedError(`${base} does not answer: ${why}`, "Check the network, and GITHUB_API_URL if it is set.");
  }
  if (response.ok || response.status === 422 || answers.includes(response.status))
    return { status: response.status, answer };
  const { message } = (answer ?? {}) as { message?: unknown };
  throw new FailedError(
    `GitHub refused (${response.status}): ${String(message ?? "without a word")}`,
    "Look whether the token may do this in that repository.",
  );
}
