import type { IncomingMessage, ServerResponse } from "node:http";
import { setDraft } from "../acts/pulls.ts";
import { setResolved } from "../acts/reviews.ts";
import { type Actor, actorOfHeader, canSee, may, senderOf } from "../auth/actor.ts";
import { at } from "../render/json.ts";
import { need, writePull } from "../routes/route.ts";
import { idOfNode, nodeId } from "../state/ids.ts";
import { isPull, type PullIssue, type Repository, type ReviewThread } from "../state/nouns.ts";
import { GitHubProblem } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { parseJson, readBody } from "./body.ts";
import type { Call } from "./calls.ts";
import type { ApiFaults } from "./faults.ts";
import { actorName, CutOff, failAs } from "./rest.ts";

/** GraphQL answers 200 and says inside what went wrong. */
class QueryFailed extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

interface Asked {
  world: World;
  actor: Actor;
  /** Query and variables as one text: node ids are found in it wherever the caller put them. */
  text: string;
  variables: Record<string, unknown>;
}

type Found = { repository: Repository; issue: PullIssue };

function pullsOf(world: World): Found[] {
  return [...world.repositories.values()].flatMap((repository) =>
    [...repository.issues.values()].filter(isPull).map((issue) => ({ repository, issue })),
  );
}

function idIn(asked: Asked, prefix: string): string {
  const node = new RegExp(`\\b${prefix}_kwDO[\\w-]+`).exec(asked.text)?.[0];
  const id = node === undefined ? null : idOfNode(node);
  if (id === null) throw new QueryFailed("NOT_FOUND", "Could not resolve to a node with the global id given.");
  return id;
}

function admit({ world, actor }: Asked, found: Found | undefined, level: "read" | "write"): Found {
  if (!found || !canSee(world, actor, found.repository)) {
    throw new QueryFailed("NOT_FOUND", "Could not resolve to a node with the global id given.");
  }
  if (!may(world, actor, found.repository, level === "write" ? writePull : [need("pull_requests", "read")])) {
    throw new QueryFailed("FORBIDDEN", "Resource not accessible by integration");
  }
  return found;
}

function pullAsked(asked: Asked): Found {
  const id = Number(idIn(asked, "PR"));
  return admit(
    asked,
    pullsOf(asked.world).find(({ issue }) => issue.id === id),
    "write",
  );
}

function renderPull({ repository, issue }: Found) {
  return {
    id: nodeId("PR", issue.id),
    number: issue.number,
    isDraft: issue.pull.draft,
    state: issue.pull.mergedAt ? "MERGED" : issue.state.toUpperCase(),
    title: issue.title,
    headRefOid: issue.pull.headSha,
    repository: { nameWithOwner: `${repository.owner.login}/${repository.name}` },
  };
}

function renderThread({ issue }: Found, thread: ReviewThread) {
  const comments = issue.pull.reviewComments.filter((one) => one.thread === thread);
  const [first] = comments;
  return {
    id: nodeId("PRRT", thread.id),
    isResolved: thread.resolvedBy !== null,
    isOutdated: false,
    path: first?.path ?? "",
    line: first?.line ?? null,
    comments: {
      totalCount: comments.length,
      nodes: comments.map((one) => ({
        id: nodeId("PRRC", one.id),
        databaseId: one.id,
        body: one.body,
        author: { login: one.user.login },
      })),
    },
  };
}

function draftTo(asked: Asked, draft: boolean) {
  const found = pullAsked(asked);
  setDraft(asked.world, found.repository, found.issue, senderOf(asked.world, asked.actor), draft);
  return { pullRequest: renderPull(found), clientMutationId: null };
}

function resolve(asked: Asked, resolved: boolean) {
  const id = Number(idIn(asked, "PRRT"));
  const found = pullsOf(asked.world).find(({ issue }) => issue.pull.threads.some((one) => one.id === id));
  const { repository, issue } = admit(asked, found, "write");
  const thread = issue.pull.threads.find((one) => one.id === id);
  if (!thread) throw new QueryFailed("NOT_FOUND", "Could not resolve to a node with the global id given.");
  setResolved(asked.world, repository, issue, senderOf(asked.world, asked.actor), thread, resolved);
  return { thread: renderThread({ repository, issue }, thread), clientMutationId: null };
}

/** A pull request by owner, name and number, in variables of any of the usual names. */
function threadsQuery(asked: Asked) {
  const { variables } = asked;
  const literal = (name: string): unknown => new RegExp(`\\b${name}:\\s*"?([\\w.-]+)`).exec(asked.text)?.[1];
  const owner = variables.owner ?? literal("owner");
  const name = variables.name ?? variables.repo ?? literal("name");
  const number = Number(variables.number ?? variables.pullRequest ?? variables.pullNumber ?? literal("number"));
  const repository = asked.world.repository(String(owner), String(name));
  const issue = repository?.issues.get(number);
  const found = admit(asked, repository && issue && isPull(issue) ? { repository, issue } : undefined, "read");
  const nodes = found.issue.pull.threads.map((thread) => renderThread(found, thread));
  const pageInfo = { hasNextPage: false, endCursor: null };
  return { pullRequest: { ...renderPull(found), reviewThreads: { nodes, totalCount: nodes.length, pageInfo } } };
}

/** An issue by owner, name and number, for what REST does not tell of it. */
function issueQuery(asked: Asked) {
  const { owner, name, number } = asked.variables;
  const repository = asked.world.repository(String(owner), String(name));
  if (!repository || !canSee(asked.world, asked.actor, repository)) {
    throw new QueryFailed("NOT_FOUND", `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  }
  if (!may(asked.world, asked.actor, repository, [need("issues", "read")])) {
    throw new QueryFailed("FORBIDDEN", "Resource not accessible by integration");
  }
  const issue = repository.issues.get(Number(number));
  if (!issue || isPull(issue)) throw new QueryFailed("NOT_FOUND", "Could not resolve to an issue with that number.");
  return { issue: { number: issue.number, lastEditedAt: issue.bodyEditedAt ? at(issue.bodyEditedAt) : null } };
}

const operations: Record<string, (asked: Asked) => unknown> = {
  markPullRequestReadyForReview: (asked) => draftTo(asked, false),
  convertPullRequestToDraft: (asked) => draftTo(asked, true),
  resolveReviewThread: (asked) => resolve(asked, true),
  unresolveReviewThread: (asked) => resolve(asked, false),
  repository: (asked) => (/\bissue\s*\(/.test(asked.text) ? issueQuery(asked) : threadsQuery(asked)),
};

/**
 * What REST cannot do, found by the operation's name: no GraphQL engine. An answer carries every field that the
 * stand-in knows, whatever was selected.
 */
export class GraphQL {
  readonly #world: World;
  readonly #calls: Call[];
  readonly #faults: ApiFaults;

  constructor(world: World, calls: Call[], faults: ApiFaults) {
    this.#world = world;
    this.#calls = calls;
    this.#faults = faults;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    let status = 200;
    let body: unknown;
    let headers: Record<string, string> = {};
    let actor: Actor = { kind: "anonymous" };
    let route = "/graphql";
    try {
      const given = (parseJson(await readBody(request)) ?? {}) as {
        query?: string;
        variables?: Record<string, unknown>;
      };
      actor = actorOfHeader(this.#world, request.headers.authorization);
      if (actor.kind === "anonymous") throw new GitHubProblem(403, "API rate limit exceeded: GraphQL needs a token");
      const text = `${given.query ?? ""}\n${JSON.stringify(given.variables ?? {})}`;
      const name = Object.keys(operations).find((one) => new RegExp(`\\b${one}\\s*\\(`).test(given.query ?? ""));
      route = `/graphql ${name ?? "?"}`;
      await this.#faults.wait(`POST ${route}`);
      await failAs(this.#faults, this.#faults.due(`POST ${route}`, "before"));
      body = this.#answer(name, { world: this.#world, actor, text, variables: given.variables ?? {} });
      await failAs(this.#faults, this.#faults.due(`POST ${route}`, "after"));
    } catch (error) {
      if (error instanceof CutOff) {
        request.socket.destroy();
        status = 0;
      } else if (error instanceof GitHubProblem) {
        status = error.status;
        body = error.body;
        headers = error.headers;
      } else throw error;
    }
    if (status > 0) {
      response
        .writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
        .end(JSON.stringify(body));
    }
    this.#calls.push({
      at: new Date(),
      method: "POST",
      route,
      path: "/graphql",
      status,
      actor: actorName(actor),
      contentCreating: route !== "/graphql repository",
      points: 5,
      durationMs: performance.now() - started,
    });
  }

  #answer(name: string | undefined, asked: Asked): unknown {
    const operation = name === undefined ? undefined : operations[name];
    if (!name || !operation)
      return { errors: [{ type: "undefinedField", message: "The stand-in does not know this" }] };
    try {
      return { data: { [name]: operation(asked) } };
    } catch (error) {
      if (!(error instanceof QueryFailed)) throw error;
      return { data: { [name]: null }, errors: [{ type: error.type, path: [name], message: error.message }] };
    }
  }
}
