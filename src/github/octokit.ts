import { ProbotOctokit } from "probot";
import { errorOf, failureOf } from "./failure.ts";
import type { InstallationTokens } from "./installation-tokens.ts";
import type { Lanes } from "./lane.ts";
import type { Meter } from "./meter.ts";

/** As much of an Octokit as we call, whoever made it. */
export type Octokit = Pick<ProbotOctokit, "rest" | "graphql">;

/**
 * Probot's Octokit with everything that it would do behind our back switched off, and our own way out put in its place:
 * its throttling and retry plugins wait in memory for minutes and send a write again whose outcome is unknown (F22).
 * One wait is left on purpose: Octokit gives a token of less than five seconds up to six more to become known to all of
 * GitHub, by asking again after a 401, which has had no effect.
 *
 * `context.octokit` in Probot's handlers and `probot.auth(…)` are both made from this class.
 */
export function octokitClass(lanes: Lanes, tokens: InstallationTokens, meter: Meter): typeof ProbotOctokit {
  const plugin: Parameters<typeof ProbotOctokit.plugin>[0] = (octokit, options): Record<string, never> => {
    const installationId = installationOf(options.auth);
    const lane = lanes.of(installationId === null ? "app" : String(installationId));
    octokit.hook.wrap("request", async (request, call) => {
      // Octokit asks for its own token within a call that is under way here already: in line behind that, it would wait
      // for ever.
      if (installationId !== null && call.url.endsWith("/access_tokens")) return request(call);
      const kind = call.method === "GET" || call.method === "HEAD" ? "read" : "write";
      const who = installationId === null ? "app" : String(installationId);
      const send = async () => {
        try {
          const answer = await request(call);
          meter.note({ who, kind, status: answer.status, headers: answer.headers });
          throwGraphqlErrors(answer);
          return answer;
        } catch (error) {
          const failure = failureOf(error);
          if (failure !== null && !("data" in (error as object)))
            meter.note({ who, kind, status: failure.status, headers: failure.headers ?? {} });
          throw error;
        }
      };
      const priority = typeof call.request?.priority === "number" ? call.request.priority : 0;
      try {
        // Calls as the app only make tokens: no content, so nothing to space out.
        return await lane.run({ kind: installationId === null ? "read" : kind, priority }, () =>
          withFreshToken(send, () => installationId !== null && tokens.forget(installationId)),
        );
      } catch (error) {
        const failure = failureOf(error);
        throw failure === null ? error : errorOf(failure);
      }
    });
    return {};
  };
  return ProbotOctokit.plugin(plugin).defaults((options: { auth?: object }) => ({
    ...options,
    throttle: { enabled: false },
    retry: { enabled: false },
    auth: { ...options.auth, cache: tokens },
  })) as typeof ProbotOctokit;
}

/** A 401 has had no effect, so that the one second try is safe even for a write (F24). */
async function withFreshToken<T>(send: () => Promise<T>, forget: () => boolean): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (failureOf(error)?.status !== 401 || !forget()) throw error;
    return send();
  }
}

/** GraphQL answers 200 when it refuses (F25). */
export function throwGraphqlErrors(answer: { data: unknown; headers: object }): void {
  const { data } = answer;
  if (typeof data !== "object" || data === null || !("errors" in data) || !Array.isArray(data.errors)) return;
  const errors = data.errors as { type?: unknown; message?: unknown }[];
  if (errors.length === 0) return;
  const types = errors.map((error) => error.type);
  const status = types.includes("RATE_LIMITED")
    ? 429
    : types.includes("NOT_FOUND")
      ? 404
      : types.includes("FORBIDDEN")
        ? 403
        : types.includes("UNPROCESSABLE")
          ? 422
          : 500;
  const error = new Error(errors.map((one) => String(one.message)).join("; "));
  throw Object.assign(error, {
    status,
    request: { method: "POST", url: "/graphql" },
    response: { headers: answer.headers },
  });
}

function installationOf(auth: unknown): number | null {
  if (typeof auth !== "object" || auth === null || !("installationId" in auth)) return null;
  const id = Number(auth.installationId);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}
