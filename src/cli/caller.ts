import { type Call, type Client, openClient, RefusedError, UnreachableError } from "#protocol/client.ts";
import type { Problem } from "#protocol/problem.ts";
import type { ResponseOf, RouteName } from "#protocol/routes.ts";
import type { Answer } from "./http-answer.ts";
import { type WayName, ways } from "./ways.ts";
import { ask } from "./wire.ts";

export type Caller = {
  call: Client;
  /**
   * Holds the answers so far to the contract, for when working with them has failed.
   * @throws UnreachableError when one of them is not what our server answers
   */
  recheck: () => Promise<void>;
};

/**
 * A caller of the route table for a person who waits: it believes what the server answers, and looks at it closely
 * (which takes the schemas) only when something turns out to be wrong.
 */
export function openCaller(server: string, token: string | null): Caller {
  const checking = openClient(server, token);
  const answers = new Map<WayName, unknown>();
  const believing: Client = async <N extends RouteName>(name: N, call: Call<N> = {}) => {
    if (!isWay(name)) return checking(name, call);
    const answer = await answerOf(server, token, name, call);
    answers.set(name, answer);
    return answer as ResponseOf<N>;
  };
  return {
    call: believing,
    async recheck() {
      const { routes } = await import("#protocol/routes.ts");
      for (const [name, answer] of answers) {
        const parsed = routes[name].response.safeParse(answer);
        if (!parsed.success) throw new UnreachableError(server, parsed.error);
      }
    },
  };
}

function isWay(name: RouteName): name is WayName {
  return Object.hasOwn(ways, name);
}

async function answerOf(server: string, token: string | null, name: WayName, call: Call<RouteName>) {
  const { method, path } = ways[name];
  const params = (call.params ?? {}) as Record<string, string | number>;
  const filled = path.replace(/:([a-z]+)/g, (_, key: string) => encodeURIComponent(String(params[key])));
  const url = new URL(filled, server);
  for (const [key, value] of Object.entries(call.query ?? {}))
    if (value !== undefined) url.searchParams.set(key, String(value));
  const headers = {
    accept: "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(method === "POST" ? { "content-type": "application/json" } : {}),
  };
  const body = method === "POST" ? JSON.stringify(call.body ?? {}) : null;
  const { status, text } = await ask({
    method,
    url,
    headers,
    body,
    timeoutMs: call.timeoutMs ?? 30_000,
    signal: call.signal ?? null,
  }).catch((error: unknown): Answer => {
    throw new UnreachableError(server, error);
  });
  const answer = objectIn(server, text);
  if (status >= 200 && status < 300) return answer;
  throw new RefusedError(isProblem(answer) ? answer : unknownProblem(status));
}

function objectIn(server: string, text: string): object {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new UnreachableError(server, error);
  }
  if (typeof answer === "object" && answer !== null) return answer;
  throw new UnreachableError(server, new TypeError("The answer is no object."));
}

function isProblem(answer: object): answer is Problem {
  const { status, code, title, advice } = answer as Partial<Record<keyof Problem, unknown>>;
  const isSaid = advice === undefined || typeof advice === "string";
  return typeof status === "number" && typeof code === "string" && typeof title === "string" && isSaid;
}

function unknownProblem(status: number): Problem {
  return { status, code: "unknown", title: `The server answered ${status}.` };
}
