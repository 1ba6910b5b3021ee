/** A control plane as the command line meets it over HTTP: answers a few routes of the table from values. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LiveEvent } from "#protocol/live.ts";
import { Problem } from "#protocol/problem.ts";
import type { ResponseOf, RouteName } from "#protocol/routes.ts";
import { livePath, routes } from "#protocol/routes.ts";

export type Asked = {
  name: RouteName;
  params: Record<string, string>;
  query: unknown;
  body: unknown;
  token: string | null;
};
type Answer<N extends RouteName> = ResponseOf<N> | Problem;
export type Answers = { [N in RouteName]?: Answer<N> | ((asked: Asked) => Answer<N> | Promise<Answer<N>>) };
export type StandIn = {
  url: string;
  asked: Asked[];
  answers: Answers;
  /** Tells everybody who follows the live stream. */
  tell(body: LiveEvent["body"]): void;
  /** How many follow it now. */
  followers(): number;
  close(): Promise<void>;
};

export const operatorToken = "operator-token-of-the-test";

export async function openStandIn(answers: Answers): Promise<StandIn> {
  const asked: Asked[] = [];
  const following = new Set<ServerResponse>();
  let lastId = 0;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === livePath) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`id: ${lastId}\nevent: open\ndata: {}\n\n`);
      following.add(response);
      return void response.on("close", () => following.delete(response));
    }
    const found = find(request.method ?? "", url.pathname);
    const body = await bodyOf(request);
    const answer = found === null ? missing : await answerTo({ ...found, ...callOf(request, url), body });
    const problem = Problem.safeParse(answer);
    const status = problem.success ? problem.data.status : 200;
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(answer));
  });
  const answerTo = async (one: Asked): Promise<object> => {
    asked.push(one);
    const audience = routes[one.name].audience;
    if (audience === "operator" && one.token !== operatorToken)
      return { status: 401, code: "unauthenticated", title: "This needs the operator's token." } satisfies Problem;
    const answer = standIn.answers[one.name];
    if (answer === undefined) return missing;
    return typeof answer === "function" ? answer(one as never) : answer;
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers,
    tell: (body) => {
      lastId += 1;
      for (const one of following) one.write(`id: ${lastId}\ndata: ${JSON.stringify({ id: lastId, body })}\n\n`);
    },
    followers: () => following.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return standIn;
}

const missing: Problem = { status: 404, code: "not_found", title: "There is no such thing here." };

function find(method: string, path: string): { name: RouteName; params: Record<string, string> } | null {
  for (const [name, route] of Object.entries(routes)) {
    if (route.method !== method) continue;
    const pattern = new RegExp(`^${route.path.replace(/:([a-z]+)/g, "(?<$1>[^/]+)")}$`);
    const match = pattern.exec(path);
    if (match !== null) return { name: name as RouteName, params: { ...match.groups } };
  }
  return null;
}

function callOf(request: IncomingMessage, url: URL): { query: unknown; token: string | null } {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? null;
  return { query: Object.fromEntries(url.searchParams), token };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? null : JSON.parse(text);
}
