import type { IncomingMessage, ServerResponse } from "node:http";
import { Person } from "../people.ts";
import { renderLog } from "../render/jobs.ts";
import { readBody } from "../server/body.ts";
import { fullName, isPull, type Repository } from "../state/nouns.ts";
import { GitHubProblem } from "../state/problem.ts";
import type { World } from "../state/world.ts";
import { runPage } from "./checks.ts";
import { blobPage, commitPage, homePage, repositoryPage } from "./code.ts";
import { html } from "./html.ts";
import { issuePage, listPage, newIssuePage } from "./issues.ts";
import { layout, type Visit } from "./layout.ts";
import { type PullTab, pullPage } from "./pulls.ts";
import { script, style } from "./style.ts";

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
};

/** Pages wait this long after a change, so that a burst is one refresh. */
const settleMs = 150;

/** GitHub's pages for people: look at everything, and do by form what a person at GitHub would do. */
export class Pages {
  readonly #world: World;
  readonly #watchers = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | null = null;

  constructor(world: World) {
    this.#world = world;
    world.happenings.on("changed", () => this.#announce());
  }

  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname === "/_live") {
      this.#watch(response);
      return;
    }
    if (url.pathname === "/_style.css" || url.pathname === "/_live.js") {
      const isStyle = url.pathname === "/_style.css";
      response
        .writeHead(200, { "content-type": isStyle ? "text/css" : "text/javascript" })
        .end(isStyle ? style : script);
      return;
    }
    const log = /^\/_logs\/(\d+)$/.exec(url.pathname)?.[1];
    if (log !== undefined) {
      this.#log(request, response, Number(log));
      return;
    }
    if (request.method === "POST") await this.#act(request, response, url);
    else {
      const page = await this.#page(this.#visit(request, url));
      response
        .writeHead(page === null ? 404 : 200, headers)
        .end(page ?? this.#problem(this.#visit(request, url), "Not found"));
    }
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.end();
  }

  /** On GitHub this is another host, which refuses whoever brings a token along. */
  #log(request: IncomingMessage, response: ServerResponse, id: number): void {
    const runs = [...this.#world.repositories.values()].flatMap(({ checkRuns }) => checkRuns);
    const run = runs.find((one) => one.id === id);
    const status = request.headers.authorization === undefined ? (run === undefined ? 404 : 200) : 400;
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
    response.end(status === 200 && run !== undefined ? renderLog(run) : "");
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": watching\n\n");
    this.#watchers.add(response);
    response.on("close", () => this.#watchers.delete(response));
  }

  #announce(): void {
    if (this.#watchers.size === 0 || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      for (const watcher of this.#watchers) watcher.write("data: changed\n\n");
    }, settleMs);
  }

  /** Forms act as the person in the cookie, else as the repository's owner. */
  #visit(request: IncomingMessage, url: URL): Visit {
    const chosen = /(?:^|;\s*)viewer=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
    const [owner = "", name = ""] = url.pathname.slice(1).split("/");
    const first = [...this.#world.users.values()].find(({ type }) => type === "User");
    const known = chosen ? this.#world.user(chosen) : null;
    const viewer = (known ?? this.#world.repository(owner, name)?.owner ?? first)?.login ?? "";
    return { world: this.#world, viewer, path: url.pathname, query: url.searchParams };
  }

  async #page(visit: Visit): Promise<string | null> {
    if (/%(?![0-9a-f]{2})/i.test(visit.path)) return null;
    const parts = visit.path
      .split("/")
      .filter((part) => part !== "")
      .map((part) => decodeURIComponent(part));
    const [owner, name, kind, id, ...rest] = parts;
    if (!owner) return homePage(visit, null);
    if (!name) return this.#world.user(owner) ? homePage(visit, owner) : null;
    const repository = this.#world.repository(owner, name);
    if (!repository) return null;
    if (!kind || kind === "tree") return repositoryPage(visit, repository);
    if (kind === "commit") return commitPage(visit, repository, id ?? "");
    if (kind === "blob") return blobPage(visit, repository, id ?? "", rest.join("/"));
    if (kind === "runs") {
      const run = repository.checkRuns.find((one) => one.id === Number(id));
      return run ? runPage(visit, repository, run) : null;
    }
    if ((kind === "issues" || kind === "pulls") && !id) return listPage(visit, repository, kind);
    if (kind === "issues" && id === "new") return newIssuePage(visit, repository);
    const issue = kind === "issues" || kind === "pull" ? repository.issues.get(Number(id)) : undefined;
    if (!issue) return null;
    if (!isPull(issue)) return issuePage(visit, repository, issue);
    const tabs: readonly PullTab[] = ["commits", "checks", "files"];
    return pullPage(visit, repository, issue, tabs.find((tab) => tab === rest[0]) ?? "conversation");
  }

  async #act(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const visit = this.#visit(request, url);
    const { origin } = request.headers;
    if (origin !== undefined && URL.canParse(origin) && new URL(origin).host !== request.headers.host) {
      response.writeHead(403, headers).end(this.#problem(visit, "Forms are accepted from these pages only"));
      return;
    }
    const form = new URLSearchParams((await readBody(request)).toString());
    try {
      const to = await this.#carryOut(visit, form);
      const cookie =
        url.pathname === "/_viewer" ? { "set-cookie": `viewer=${form.get("login") ?? ""}; Path=/; SameSite=Lax` } : {};
      response.writeHead(303, { location: to, ...cookie }).end();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const status = error instanceof GitHubProblem ? error.status : 403;
      const details = error instanceof GitHubProblem ? ` ${JSON.stringify(error.body.errors ?? "")}` : "";
      response.writeHead(status, headers).end(this.#problem(visit, `${error.message}${details}`));
    }
  }

  /** Does what a form asks; answers where to go next. */
  async #carryOut(visit: Visit, form: URLSearchParams): Promise<string> {
    const field = (name: string): string => (form.get(name) ?? "").replaceAll("\r\n", "\n").trim();
    if (visit.path === "/_viewer") {
      const login = field("login");
      if (!this.#world.user(login) || !/^[\w-]+$/.test(login)) throw new Error(`There is no user ${login}`);
      return /^\/(?!\/)/.test(field("back")) ? field("back") : "/";
    }
    const [owner = "", name = "", kind, id, verb] = visit.path.slice(1).split("/");
    const repository = this.#world.repository(owner, name);
    if (!repository) throw new GitHubProblem(404, "Not Found");
    const repo = fullName(repository);
    const person = new Person(this.#world, visit.viewer);
    if (kind === "issues" && !id) {
      const labels = field("labels")
        .split(",")
        .map((label) => label.trim())
        .filter((label) => label !== "");
      const number = person.openIssue(repo, { title: field("title"), body: field("body"), labels });
      return `/${repo}/issues/${number}`;
    }
    const number = Number(id);
    if (kind === "runs" && verb === "rerun") person.rerunCheck(repo, number);
    else if (kind === "runs" && verb === "act") person.requestCheckAction(repo, number, field("identifier"));
    else await this.#onIssue(person, repo, number, verb ?? "", field);
    return kind === "runs" ? `/${repo}/runs/${number}` : `/${repo}/${this.#kindOf(repository, number)}/${number}`;
  }

  async #onIssue(person: Person, repo: string, number: number, verb: string, field: (name: string) => string) {
    const body = field("body");
    if ((verb === "close" || verb === "reopen") && body !== "") person.comment(repo, number, body);
    if (verb === "comment") person.comment(repo, number, body);
    else if (verb === "label") person.label(repo, number, field("label"));
    else if (verb === "unlabel") person.unlabel(repo, number, field("label"));
    else if (verb === "close") person.closeIssue(repo, number);
    else if (verb === "reopen") person.reopenIssue(repo, number);
    else if (verb === "ready") person.markReady(repo, number);
    else if (verb === "merge") await person.mergePullRequest(repo, number);
    else throw new GitHubProblem(404, "Not Found");
  }

  #kindOf(repository: Repository, number: number): string {
    return repository.issues.get(number)?.pull ? "pull" : "issues";
  }

  #problem(visit: Visit, sentence: string): string {
    const main = html`<div class="box warning pad"><h1>That did not work</h1><p>${sentence}</p><p><a href="/">All repositories</a></p></div>`;
    return layout(visit, { title: "That did not work", repository: null, tab: null, main });
  }
}
