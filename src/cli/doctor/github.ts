import { createSign } from "node:crypto";
import type { AppConfig } from "../programs/configuration.ts";
import type { Check } from "./check.ts";

const mostDriftMs = 30_000;

/**
 * Asks GitHub about the App as the App (https://docs.github.com/rest/apps/apps#get-the-authenticated-app), and compares
 * the clocks: GitHub refuses tokens that are made in its future.
 */
export async function checkApp(config: AppConfig, now: () => number): Promise<Check[]> {
  const name = "GitHub App";
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${config.githubApiUrl}/app`, {
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${appToken(config, now())}`,
        "user-agent": "cc-orchestrator",
      },
      redirect: "error",
      signal: AbortSignal.timeout(10_000),
    });
    body = await response.json();
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    const advice = "Check the network, a proxy in between, and GITHUB_API_URL.";
    return [{ name, verdict: "missing", found: `${config.githubApiUrl} does not answer: ${why}`, advice }];
  }
  return [appCheck(config, response.status, body), ...clockCheck(response.headers.get("date"), now())];
}

function appCheck({ appId }: AppConfig, status: number, body: unknown): Check {
  const name = "GitHub App";
  const { slug, permissions } = (body ?? {}) as { slug?: unknown; permissions?: Record<string, unknown> };
  if (status === 200 && typeof slug === "string") return permissionsCheck(slug, permissions ?? {});
  const advice = "Compare APP_ID and the private key with the App's settings page at GitHub, and this machine's clock.";
  return { name, verdict: "missing", found: `GitHub does not know App ${appId} by this key (${status})`, advice };
}

/** What tasks cannot do without. */
const needed = ["contents", "issues", "pull_requests", "checks"] as const;

function permissionsCheck(slug: string, permissions: Record<string, unknown>): Check {
  const name = "GitHub App";
  const lacking = needed.filter((one) => permissions[one] !== "write");
  if (lacking.length === 0) return { name, verdict: "good", found: slug };
  const words = lacking.join(", ").replaceAll("_", " ");
  const advice = "Give them on the App's settings page under Permissions, then accept them for each installation.";
  return { name, verdict: "missing", found: `${slug} lacks the permission to write: ${words}`, advice };
}

/** Whether this machine has GitHub's time. @param date of an answer of GitHub's */
export function clockCheck(date: string | null, now: number): Check[] {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round((now - theirs) / 1_000);
  if (Math.abs(seconds) * 1_000 <= mostDriftMs) return [{ name: "clock", verdict: "good", found: "as GitHub's" }];
  const found = `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} GitHub's`;
  return [{ name: "clock", verdict: "missing", found, advice: "Let the system set it: timedatectl set-ntp true" }];
}

/** A token for a minute, made half a minute ago so that a small difference of the clocks does no harm. */
function appToken({ appId, privateKey }: AppConfig, now: number): string {
  const seconds = Math.floor(now / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: seconds - 30, exp: seconds + 60, iss: String(appId) })}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}
