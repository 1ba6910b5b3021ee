import type { Problem } from "#protocol/problem.ts";
import type { ParamsOf, QueryOf, RequestOf, ResponseOf } from "#protocol/routes.ts";
import { pageKeyHeader } from "#protocol/session.ts";
import { type WayName, ways } from "./routes.ts";

/** The server answered that it will not, with its reason. */
export class RefusedError extends Error {
  readonly status: number;
  readonly advice: string | null;
  constructor(problem: Problem) {
    super(problem.title);
    this.name = "RefusedError";
    this.status = problem.status;
    this.advice = problem.advice ?? null;
  }
}

/** No answer, or none of our server's. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super("The server does not answer.", { cause });
    this.name = "UnreachableError";
  }
}

type Asked<N extends WayName> = { params?: ParamsOf<N>; query?: QueryOf<N>; body?: RequestOf<N> };

/** Calls the server's routes. @throws RefusedError, UnreachableError */
export type Call = <N extends WayName>(name: N, asked?: Asked<N>) => Promise<ResponseOf<N>>;

const patienceMs = 30_000;

/** @param pageKey what the session was opened with; null before */
export function callerWith(pageKey: () => string | null): Call {
  return async (name, asked = {}) => {
    const { method, path } = ways[name];
    const filled = path.replace(/:([a-z]+)/g, (_, key: string) =>
      encodeURIComponent(String((asked.params as Record<string, unknown> | undefined)?.[key])),
    );
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(asked.query ?? {}))
      if (value !== undefined) query.set(key, String(value));
    const headers: Record<string, string> = { [pageKeyHeader]: pageKey() ?? "" };
    const body = method === "POST" ? (asked.body ?? {}) : null;
    return (await send(`${filled}${query.size > 0 ? `?${query}` : ""}`, method, headers, body)) as never;
  };
}

/** One request of JSON, its answer parsed. @throws RefusedError, UnreachableError */
export async function send(
  address: string,
  method: "GET" | "POST" | "DELETE",
  headers: Record<string, string>,
  body: object | null,
): Promise<unknown> {
  const init: RequestInit = {
    method,
    headers: {
      accept: "application/json",
      ...headers,
      ...(body === null ? {} : { "content-type": "application/json" }),
    },
    signal: AbortSignal.timeout(patienceMs),
    redirect: "error",
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  };
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(address, init);
    answer = await response.json();
  } catch (error) {
    throw new UnreachableError(error);
  }
  if (!response.ok) throw new RefusedError(problemOf(answer, response.status));
  return answer;
}

function problemOf(answer: unknown, status: number): Problem {
  const isProblem =
    typeof answer === "object" && answer !== null && "title" in answer && typeof answer.title === "string";
  return isProblem
    ? { ...(answer as Problem), status }
    : { status, code: "unknown", title: `The server answered ${status}.` };
}
