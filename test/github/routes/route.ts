import { type Actor, demand, hasRole, type Need, senderOf } from "../auth/actor.ts";
import type { Rates } from "../server/rates.ts";
import type { Issue, PullIssue, Repository, RoleName, Sender } from "../state/nouns.ts";
import { isPull } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import type { Delivery } from "../webhooks/delivery.ts";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** What routes need of the webhook side. */
export interface DeliveryDesk {
  readonly log: readonly Delivery[];
  redeliver(id: number): void;
  readonly hookUrl: string;
}

/** One request, already authenticated and checked against the contract. */
export interface Question {
  world: World;
  desk: DeliveryDesk;
  rates: Rates;
  /** The X-GitHub-Api-Version of the request. */
  version: string;
  actor: Actor;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  headers: Record<string, string | undefined>;
}

export interface Answer {
  status: number;
  /** JSON, or a Buffer with its content type in `headers`; undefined: no body. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: Method;
  /** GitHub's own template, such as /repos/{owner}/{repo}. */
  path: string;
  /** Permissions of which one is enough; checked for routes below a repository. Empty: the route looks itself. */
  needs: readonly Need[];
  /** Counts against GitHub's limit of content-creating requests (80 a minute, 500 an hour). */
  creates: boolean;
  /** What it takes of a person, where that is more than the permission says. */
  role?: RoleName;
  answer(question: Question): Answer | Promise<Answer>;
}

export function need(permission: string, level: "read" | "write"): Need {
  return { permission, level };
}

/** Shorthands for the permissions of routes that serve both issues and pull requests. */
export const readIssue = [need("issues", "read"), need("pull_requests", "read")];
export const writeIssue = [need("issues", "write"), need("pull_requests", "write")];
export const readPull = [need("pull_requests", "read")];
export const writePull = [need("pull_requests", "write")];
export const readContents = [need("contents", "read")];
export const writeContents = [need("contents", "write")];
export const readChecks = [need("checks", "read")];
export const writeChecks = [need("checks", "write")];
export const readMetadata = [need("metadata", "read")];

export function get(path: string, needs: readonly Need[], answer: Route["answer"]): Route {
  return { method: "GET", path, needs, creates: false, answer };
}

export function write(
  method: Exclude<Method, "GET">,
  path: string,
  needs: readonly Need[],
  answer: Route["answer"],
): Route {
  return { method, path, needs, creates: true, answer };
}

/** The same routes, for people with this role only. */
export function forRole(role: RoleName, routes: readonly Route[]): Route[] {
  return routes.map((route) => ({ ...route, role }));
}

export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

export const noContent: Answer = { status: 204 };

export function repositoryOf({ world, params }: Question): Repository {
  const repository = world.repository(params.owner ?? "", params.repo ?? "");
  if (!repository) throw notFound();
  return repository;
}

/** The repository of a request, after the route's permissions have been checked. */
export function admit(route: Route, question: Question): void {
  if (route.needs.length === 0) return;
  const { world, actor } = question;
  const repository = repositoryOf(question);
  demand(world, actor, repository, route.needs);
  if (route.role === undefined || actor.kind !== "user") return;
  if (!hasRole(world.roleOf(repository, actor.user.login), route.role)) {
    throw new GitHubProblem(403, `Must have ${route.role} rights to Repository.`);
  }
}

export function issueOf(question: Question): Issue {
  const number = Number(question.params.issue_number ?? question.params.pull_number);
  const issue = repositoryOf(question).issues.get(number);
  if (!issue) throw notFound();
  return issue;
}

export function pullOf(question: Question): PullIssue {
  const issue = issueOf(question);
  if (!isPull(issue)) throw notFound();
  return issue;
}

export function sender({ world, actor }: Question): Sender {
  return senderOf(world, actor);
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function nullableText(value: unknown): string | null | undefined {
  return value === null ? null : text(value);
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** Label names as GitHub takes them: strings or objects with a name. */
export function labelNames(value: unknown): string[] {
  if (!Array.isArray(value)) return typeof value === "string" ? [value] : [];
  return value.flatMap((item: unknown) => {
    if (typeof item === "string") return [item];
    const name = typeof item === "object" && item !== null && "name" in item ? item.name : null;
    return typeof name === "string" ? [name] : [];
  });
}
