import { Octokit as Rest } from "@octokit/rest";
import { TokenRefusedError } from "#operations/ports/github.ts";
import type { Clock } from "#operations/ports/world.ts";
import { errorOf, failureOf } from "./failure.ts";
import type { Lane } from "./lane.ts";
import type { Meter } from "./meter.ts";
import { type Octokit, throwGraphqlErrors } from "./octokit.ts";

/** A token that GitHub did not take is tried again after this long: another one may be in its place by then. */
const restMs = 30_000;

const lackingPermission =
  ". The token lacks a permission that this needs. In a workflow, name it under `permissions:` (contents, issues, " +
  "pull-requests, checks: write); of a fine-grained token, give it on the token's page at GitHub.";

export type TokenWay = {
  /** Gives the token of now: asked at the start, and again after GitHub has refused the one before. */
  readToken: () => string;
  /** Told once when GitHub stops taking the token, and once when it takes one again. */
  onToken: (isTaken: boolean) => void;
  apiUrl: string;
  fetch: typeof fetch;
  lane: Lane;
  meter: Meter;
  clock: Clock;
};

/**
 * An Octokit that speaks in the name of whoever gave the token; with no retries of its own, as the one of the App (F22).
 * A 401 has had no effect: the call is sent once more where the token has changed meanwhile. Else nothing is sent for a
 * while, and everything that waits, waits in the database.
 */
export function tokenOctokit(way: TokenWay): Octokit {
  const { lane, meter, clock } = way;
  const octokit = new Rest({
    baseUrl: way.apiUrl.replace(/\/+$/, ""),
    userAgent: "cc-orchestrator",
    request: { fetch: way.fetch },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  let token = way.readToken();
  let refusedUntil = 0;

  octokit.hook.wrap("request", async (request, call) => {
    const kind = call.method === "GET" || call.method === "HEAD" ? "read" : "write";
    const send = async () => {
      try {
        // The hook's call is bound to these very options: only a change within them is sent.
        call.headers.authorization = `token ${token}`;
        const answer = await request(call);
        meter.note({ who: "token", kind, status: answer.status, headers: answer.headers });
        throwGraphqlErrors(answer);
        return answer;
      } catch (error) {
        const failure = failureOf(error);
        if (failure !== null && !("data" in (error as object)))
          meter.note({ who: "token", kind, status: failure.status, headers: failure.headers ?? {} });
        throw error;
      }
    };
    const sendWithNewest = async () => {
      if (clock() < refusedUntil && !isRenewed()) throw refused(refusedUntil);
      try {
        return await send().catch((error: unknown) => {
          if (failureOf(error)?.status !== 401 || !isRenewed()) throw error;
          return send();
        });
      } catch (error) {
        if (failureOf(error)?.status !== 401) throw error;
        if (refusedUntil === 0) way.onToken(false);
        refusedUntil = clock() + restMs;
        throw refused(refusedUntil);
      }
    };
    const priority = typeof call.request?.priority === "number" ? call.request.priority : 0;
    try {
      const answer = await lane.run({ kind, priority }, sendWithNewest);
      if (refusedUntil !== 0) way.onToken(true);
      refusedUntil = 0;
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      throw failure === null ? error : errorOf(failure, lackingPermission);
    }
  });

  function isRenewed(): boolean {
    const before = token;
    token = way.readToken();
    return token !== before;
  }
  return octokit;
}

function refused(until: number): TokenRefusedError {
  return new TokenRefusedError(
    until,
    "GitHub does not take the token any more (401): it was revoked, or it has expired. Put another one in its place: " +
      "cc-orchestrator init --token",
  );
}

function nothing(): void {
  // What goes wrong is thrown; Octokit would print it as well.
}
