import type { Problem } from "./problem.ts";
import type { ParamsOf, QueryOf, RequestOf, ResponseOf, RouteName } from "./routes.ts";

/** The server answered that it will not, with its reason. */
export class RefusedError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.advice ? `${problem.title} ${problem.advice}` : problem.title);
    this.name = "RefusedError";
    this.problem = problem;
  }
}

/** The server did not answer, or what answered is not our server. */
export class UnreachableError extends Error {
  constructor(server: string, cause: unknown) {
    super(`The server at ${server} does not answer. Is it running? Start it with: cc-orchestrator web start`, {
      cause,
    });
    this.name = "UnreachableError";
  }
}

export type Call<N extends RouteName> = {
  params?: ParamsOf<N>;
  query?: QueryOf<N>;
  body?: RequestOf<N>;
  /** Milliseconds until the call is given up; 30 s by default. */
  timeoutMs?: number;
  signal?: AbortSignal;
};

export type Client = <N extends RouteName>(name: N, call?: Call<N>) => Promise<ResponseOf<N>>;

/**
 * A caller of the route table over HTTP.
 * @param server base URL, as `http://localhost:8080`
 * @param token bearer credential of a runner or an operator; null where the route asks for none
 * @throws RefusedError, UnreachableError
 */
export function openClient(server: string, token: string | null): Client {
  return async (name, call = {}) => {
    // Here and not above: whoever needs only the errors of this file does not load the schemas.
    const [{ routes }, { Problem }] = await Promise.all([import("./routes.ts"), import("./problem.ts")]);
    const route = routes[name];
    const url = new URL(fillPath(route.path, call.params ?? {}), server);
    for (const [key, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const response = await send(server, url, route.method, token, call);
    const text = await response.text().catch((error: unknown) => {
      throw new UnreachableError(server, error);
    });
    const answer = parseJson(server, text);
    if (!response.ok) throw new RefusedError(problemOf(response.status, Problem.safeParse(answer)));
    const parsed = route.response.safeParse(answer);
    if (!parsed.success) throw new UnreachableError(server, parsed.error);
    return parsed.data as ResponseOf<typeof name>;
  };
}

async function send(server: string, url: URL, method: string, token: string | null, call: Call<RouteName>) {
  const timeout = AbortSignal.timeout(call.timeoutMs ?? 30_000);
  const headers: Record<string, string> = { accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const init: RequestInit = {
    method,
    headers,
    redirect: "error",
    signal: call.signal ? AbortSignal.any([timeout, call.signal]) : timeout,
  };
  if (method === "POST") {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(call.body ?? {});
  }
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new UnreachableError(server, error);
  }
}

function fillPath(path: string, params: object): string {
  const values = params as Record<string, string | number>;
  return path.replace(/:([a-z]+)/g, (_, key: string) => encodeURIComponent(String(values[key])));
}

function parseJson(server: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreachableError(server, error);
  }
}

function problemOf(status: number, parsed: { success: true; data: Problem } | { success: false }): Problem {
  return parsed.success ? parsed.data : { status, code: "unknown", title: `The server answered ${status}.` };
}
