import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Actor, actorOfHeader } from "../auth/actor.ts";
import { apiVersions, readContract } from "../contract/contract.ts";
import { pathKey } from "../routes/page.ts";
import { type Answer, admit, type DeliveryDesk } from "../routes/route.ts";
import { findRoute } from "../routes/table.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { parseJson, readBody } from "./body.ts";
import type { Call } from "./calls.ts";
import type { ApiFaults, Fault } from "./faults.ts";
import type { Judge } from "./judge.ts";
import type { Rates } from "./rates.ts";
import { overSecondaryLimit, secondaryUse } from "./secondary.ts";
import { inVersion } from "./versions.ts";

export interface RestParts {
  world: World;
  desk: DeliveryDesk;
  rates: Rates;
  faults: ApiFaults;
  calls: Call[];
  judge: Judge;
  /** Answer 403 past GitHub's secondary limits. */
  secondaryLimits: boolean;
}

interface Exchange {
  method: string;
  path: string;
  url: URL;
  name: string;
  actor: Actor;
  contentCreating: boolean;
  version: string;
}

/** The connection was cut on purpose: there is nobody to answer. */
/** The connection is to be cut instead of answered. */
export class CutOff extends Error {}

export function actorName(actor: Actor): string {
  if (actor.kind === "installation") return `installation ${actor.installation.id}`;
  return actor.kind === "user" ? `user ${actor.user.login}` : actor.kind;
}

function answerOf(error: unknown): Answer {
  if (!(error instanceof GitHubProblem)) throw error;
  return { status: error.status, body: error.body, headers: error.headers };
}

/** Fails as planned; nothing where nothing is. */
export async function failAs(faults: ApiFaults, fault: Fault | null): Promise<void> {
  if (!fault) return;
  await faults.hold(fault);
  if (fault.cut) throw new CutOff();
  throw new GitHubProblem(fault.status, fault.message ?? "The stand-in was told to fail", {}, fault.headers ?? {});
}

/** The API version of a request. Throws GitHub's 400 for one that it does not know. */
function versionAsked(request: IncomingMessage): string {
  const asked = request.headers["x-github-api-version"] ?? apiVersions[0] ?? "";
  if (typeof asked === "string" && apiVersions.includes(asked)) return asked;
  throw new GitHubProblem(
    400,
    `API version ${String(asked)} is not supported. Choose one of ${apiVersions.join(", ")}`,
  );
}

/** Serves the REST API: who asks, what the contract says of it, the route, and what the contract says of the answer. */
export class Rest {
  readonly #parts: RestParts;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  /** `path` is what follows /api/v3. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string, url: URL): Promise<void> {
    const started = performance.now();
    const method = request.method ?? "GET";
    const exchange: Exchange = {
      method,
      path,
      url,
      name: `${method} ${path}`,
      actor: { kind: "anonymous" },
      contentCreating: false,
      version: apiVersions[0] ?? "",
    };
    let answer: Answer;
    try {
      answer = await this.#answer(request, exchange).catch(answerOf);
    } catch (error) {
      if (error instanceof CutOff) {
        request.socket.destroy();
        this.#record(exchange, 0, started);
        return;
      }
      this.#parts.judge.note("answer", exchange.name, [
        error instanceof Error ? (error.stack ?? error.message) : String(error),
      ]);
      answer = { status: 500, body: { message: "Server Error" } };
    }
    const status = this.#send(request, response, exchange, answer);
    this.#record(exchange, status, started);
  }

  async #answer(request: IncomingMessage, exchange: Exchange): Promise<Answer> {
    const { world, desk, rates, faults } = this.#parts;
    const bytes = await readBody(request);
    const found = findRoute(exchange.method, exchange.path);
    if (!found) {
      this.#parts.judge.note("request", exchange.name, ["the stand-in does not serve this route"]);
      throw notFound();
    }
    const { route, params } = found;
    exchange.name = `${route.method} ${route.path}`;
    exchange.contentCreating = route.creates;
    exchange.version = versionAsked(request);
    const contract = readContract(exchange.version);
    exchange.actor = actorOfHeader(world, request.headers.authorization);
    await faults.wait(exchange.name);
    await failAs(faults, faults.due(exchange.name, "before"));
    if (rates.of(exchange.actor).remaining === 0) throw new GitHubProblem(403, "API rate limit exceeded");
    if (this.#parts.secondaryLimits) {
      const use = secondaryUse(this.#parts.calls, actorName(exchange.actor), Date.now());
      const problem = overSecondaryLimit(use, route.creates);
      if (problem) throw problem;
    }
    const body = parseJson(bytes);
    const query = Object.fromEntries(exchange.url.searchParams);
    const errors = contract.checkRequest(exchange.name, { path: params, query, body });
    if (errors.length > 0) {
      this.#parts.judge.note("request", exchange.name, errors);
      throw new GitHubProblem(422, `Invalid request.\n\n${errors.join("\n")}`);
    }
    const question = {
      world,
      desk,
      rates,
      version: exchange.version,
      actor: exchange.actor,
      params: { ...params, [pathKey]: exchange.path },
      query: exchange.url.searchParams,
      body: (body ?? {}) as Record<string, unknown>,
      headers: { accept: request.headers.accept, authorization: request.headers.authorization },
    };
    admit(route, question);
    const answer = await route.answer(question);
    await failAs(faults, faults.due(exchange.name, "after"));
    return answer;
  }

  #send(request: IncomingMessage, response: ServerResponse, exchange: Exchange, answer: Answer): number {
    const { rates, world } = this.#parts;
    const contract = readContract(exchange.version);
    const isBytes = Buffer.isBuffer(answer.body);
    const shown = isBytes ? answer.body : inVersion(exchange.version, answer.body);
    const text = shown === undefined ? "" : isBytes ? (shown as Buffer) : JSON.stringify(shown);
    if (!isBytes && contract.operation(exchange.name)) {
      const { name } = exchange;
      const judged = answer.status;
      this.#parts.judge.later("answer", `${name} ${judged}`, () =>
        contract.checkAnswer(name, judged, shown === undefined ? undefined : JSON.parse(String(text))),
      );
    }
    const headers: Record<string, string> = {
      "content-type": "application/json; charset=utf-8",
      "x-github-request-id": `STAND:${this.#parts.calls.length + 1}`,
      "x-github-api-version-selected": exchange.version,
      "x-github-media-type": "github.v3; format=json",
      ...answer.headers,
    };
    let { status } = answer;
    if (exchange.method === "GET" && status === 200) {
      headers.etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
      if (request.headers["if-none-match"] === headers.etag) status = 304;
    }
    if (status !== 304 && !exchange.path.startsWith("/rate_limit")) rates.spend(exchange.actor);
    const rate = rates.of(exchange.actor);
    headers["x-ratelimit-limit"] ??= String(rate.limit);
    headers["x-ratelimit-remaining"] ??= String(rate.remaining);
    headers["x-ratelimit-used"] ??= String(rate.used);
    headers["x-ratelimit-reset"] ??= String(rate.reset);
    headers["x-ratelimit-resource"] ??= "core";
    headers.date = world.now().toUTCString();
    response.writeHead(status, headers);
    response.end(status === 304 || status === 204 ? undefined : text);
    return status;
  }

  #record(exchange: Exchange, status: number, started: number): void {
    this.#parts.calls.push({
      at: new Date(),
      method: exchange.method,
      route: exchange.name.slice(exchange.method.length + 1),
      path: exchange.path,
      status,
      actor: actorName(exchange.actor),
      contentCreating: exchange.contentCreating,
      points: exchange.method === "GET" ? 1 : 5,
      durationMs: performance.now() - started,
    });
  }
}
