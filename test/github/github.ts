import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readContract } from "./contract/contract.ts";
import { parseGitPath, SmartHttp } from "./git/smart-http.ts";
import { Pages } from "./pages/serve.ts";
import { Person } from "./people.ts";
import { Reader } from "./reader.ts";
import type { Json } from "./render/json.ts";
import type { Call, Violation } from "./server/calls.ts";
import { ApiFaults } from "./server/faults.ts";
import { GraphQL } from "./server/graphql.ts";
import { Judge } from "./server/judge.ts";
import { OAuth } from "./server/oauth.ts";
import { Rates } from "./server/rates.ts";
import { Rest } from "./server/rest.ts";
import { type SecondaryUse, secondaryUse } from "./server/secondary.ts";
import {
  type NewRepository,
  revokeTokens,
  type StagedCheck,
  type StagedRepository,
  type StagedUser,
  stageCheck,
  stageRepository,
  stageStatus,
  stageUser,
} from "./staging.ts";
import type { Permissions, RoleName } from "./state/nouns.ts";
import { World } from "./state/world.ts";
import { subscribableEvents, unaskedEvents } from "./webhooks/events.ts";
import { Hook } from "./webhooks/hook.ts";

export interface GitHubOptions {
  /** Bare repositories live here; the caller removes it. */
  folder: string;
  port?: number;
  host?: string;
  /** Enforce GitHub's secondary limits (80 content-creating requests a minute, 500 an hour, 900 points a minute). */
  secondaryLimits?: boolean;
  /** The App under test; by default it may do and hears everything that the stand-in knows. */
  app?: { slug?: string; permissions?: Permissions; events?: readonly string[] };
}

const everything: Permissions = {
  actions: "write",
  checks: "write",
  contents: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "write",
  workflows: "write",
};

/** Starts a GitHub of our own on loopback. Everything is in memory but the git repositories. */
export async function openGitHub(options: GitHubOptions): Promise<GitHubStandIn> {
  const world = new World({
    folder: options.folder,
    slug: options.app?.slug ?? "cc-orchestrator",
    permissions: options.app?.permissions ?? everything,
    events: options.app?.events ?? subscribableEvents.filter((event) => !unaskedEvents.includes(event)),
  });
  const standIn = new GitHubStandIn(world, options.secondaryLimits ?? false);
  await standIn.listen(options.host ?? "127.0.0.1", options.port ?? 0);
  return standIn;
}

export class GitHubStandIn extends Reader {
  /** Every request, in the order of the answers. */
  readonly calls: Call[] = [];
  /** What either side sent that GitHub's own description does not allow. Empty in a good run. */
  get violations(): Violation[] {
    return this.#judge.violations;
  }

  readonly #judge = new Judge();
  readonly #faults = new ApiFaults();
  readonly #hook: Hook;
  readonly #rest: Rest;
  readonly #git: SmartHttp;
  readonly #graphql: GraphQL;
  readonly #pages: Pages;
  readonly #oauth: OAuth;
  /** Exchanges under way: closing waits for them, so that nothing writes into a folder that is being removed. */
  readonly #active = new Set<Promise<void>>();
  readonly #server = createServer((request, response) => {
    const exchange = this.#serve(request, response).catch((error: unknown) => {
      this.#judge.note("answer", request.url ?? "", [String(error)]);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
    this.#active.add(exchange);
    void exchange.then(() => this.#active.delete(exchange));
  });

  constructor(world: World, secondaryLimits: boolean) {
    super(world);
    const contract = readContract();
    this.#hook = new Hook(world, {
      check: (event, payload) => {
        const text = JSON.stringify(payload);
        this.#judge.later("webhook", event, () => contract.checkWebhook(event, JSON.parse(text) as Json));
      },
    });
    this.#git = new SmartHttp(world, this.#faults);
    this.#pages = new Pages(world);
    this.#oauth = new OAuth(world);
    this.#graphql = new GraphQL(world, this.calls, this.#faults);
    this.#rest = new Rest({
      world,
      desk: this.#desk(),
      rates: new Rates(),
      faults: this.#faults,
      calls: this.calls,
      judge: this.#judge,
      secondaryLimits,
    });
  }

  get url(): string {
    return this.world.links.url;
  }

  /** REST, in the Enterprise form that Probot and Octokit take as `baseUrl`. */
  get apiUrl(): string {
    return this.world.links.apiUrl;
  }

  get app() {
    const { id, slug, bot, privateKey, webhookSecret, clientId, clientSecret } = this.world.app;
    return { id, slug, botLogin: bot.login, privateKey, webhookSecret, clientId, clientSecret };
  }

  /** Every installation token ever minted, with what it was narrowed to. */
  get tokens() {
    return this.world.tokens;
  }

  /** Every token that a person gave the App, and whether it still counts. */
  get userTokens() {
    return this.world.userTokens;
  }

  /** How many requests are being answered now. */
  get exchanges(): number {
    return this.#active.size;
  }

  /** How near an actor (as in `calls`) is to GitHub's secondary limits. */
  secondaryUse(actor: string): SecondaryUse {
    return secondaryUse(this.calls, actor, Date.now());
  }

  /** Fault switches of the API and of the webhooks. */
  get faults() {
    const { faults } = this.#hook;
    return {
      failNext: this.#faults.failNext.bind(this.#faults),
      delay: this.#faults.delay.bind(this.#faults),
      clear: this.#faults.clear.bind(this.#faults),
      /** @param events the names of those that are dropped */
      dropWebhooks: (count: number, events = /./): void => {
        faults.drop += count;
        faults.dropped = events;
      },
      duplicateWebhooks: (count: number): void => {
        faults.duplicate += count;
      },
      reorderWebhooks: (count: number): void => {
        faults.reorder += count;
      },
      /** So many events are delivered only after so many milliseconds; those after them are not. */
      delayWebhooks: (count: number, ms: number): void => {
        faults.delay += count;
        faults.delayMs = ms;
      },
      /** GitHub works out whether a pull request can be merged when it is asked; so often it does not know yet. */
      hideMergeable: (times: number): void => {
        this.world.mergeableUnknown = times;
      },
      /** The way is clear again, and what was held back is delivered. */
      clearWebhooks: (): void => this.#hook.clearFaults(),
    };
  }

  /** Adds a person; answers a personal access token of theirs. */
  createUser(login: string, more: { name?: string } = {}): StagedUser {
    return stageUser(this.world, login, more);
  }

  /** Somebody revokes the tokens of a person, as GitHub itself does with one that was published. @returns a new one */
  revokeTokens(login: string): string {
    return revokeTokens(this.world, login);
  }

  /** What a person's classic tokens may do from now on; null makes them fine-grained, of which nothing is told. */
  setScopes(login: string, scopes: readonly string[] | null): void {
    for (const one of this.world.personalTokens) if (one.user.login === login) one.scopes = scopes;
  }

  /** What the App gets when this person has let it know them. */
  userToken(login: string): string {
    const token = `ghu_${randomBytes(18).toString("hex")}`;
    this.world.userTokens.push({ token, user: this.world.addUser(login, {}), isRevoked: false });
    return token;
  }

  /** Makes a real bare repository with a first commit; answers its full name, id and URLs. */
  createRepository(given: NewRepository): Promise<StagedRepository> {
    return stageRepository(this.world, given);
  }

  /** A person who acts on GitHub's pages. */
  as(login: string): Person {
    return new Person(this.world, login);
  }

  /** Reports a check of somebody else's CI (GitHub Actions) on a branch or commit; answers the check run's id. */
  reportCheck(repo: string, ref: string, check: StagedCheck): Promise<number> {
    return stageCheck(this.world, repo, ref, check);
  }

  /** Sets a commit status on a branch or commit, as a CI system without an App does. */
  reportStatus(
    repo: string,
    ref: string,
    given: { context: string; state: string; description?: string; targetUrl?: string },
  ): Promise<void> {
    return stageStatus(this.world, repo, ref, given);
  }

  /** null: no collaborator any more. */
  setRole(repo: string, login: string, role: RoleName | null): void {
    const repository = this.world.need(repo);
    this.createUser(login);
    if (role === null) repository.roles.delete(login.toLowerCase());
    else repository.roles.set(login.toLowerCase(), role);
  }

  /** Where deliveries go from now on. Before this, nothing is delivered or logged. */
  connectWebhook(url: string): void {
    this.#hook.connect(url);
  }

  /** Every delivery so far, oldest first. */
  deliveries() {
    return this.#hook.log;
  }

  redeliver(id: number) {
    return this.#hook.redeliver(id);
  }

  /** Sends any event: forged, replayed under a known GUID, or malformed. Resolves with the answered delivery. */
  deliver(event: string, payload: Record<string, unknown>, more: { guid?: string; signature?: string } = {}) {
    return this.#hook.deliver(event, payload, more);
  }

  /** Resolves when no delivery is under way. */
  idle(): Promise<void> {
    return this.#hook.idle();
  }

  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        const { port: actual } = this.#server.address() as AddressInfo;
        const url = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${actual}`;
        this.world.links = { url, apiUrl: `${url}/api/v3` };
        resolve();
      });
    });
  }

  /** Stops serving and delivering, at most once; resolves when the port is free and no git process is left. */
  async close(): Promise<void> {
    this.#hook.close();
    this.#pages.close();
    this.#judge.close();
    await new Promise<void>((resolve) => {
      // Calls back with an error when it is closed already, which is what was asked.
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    await Promise.all(this.#active);
  }

  #desk() {
    const hook = this.#hook;
    return {
      log: hook.log,
      redeliver: (id: number): void => {
        // Its outcome is in the log; the request that asked does not wait for it.
        void hook.redeliver(id);
      },
      get hookUrl() {
        return hook.hookUrl;
      },
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    const git = parseGitPath(url.pathname);
    if (git) await this.#git.serve(request, response, url, git);
    else if (url.pathname.startsWith("/api/v3/") || url.pathname === "/api/v3") {
      await this.#rest.serve(request, response, url.pathname.slice("/api/v3".length), url);
    } else if (url.pathname === "/api/graphql") await this.#graphql.serve(request, response);
    else if (!(await this.#oauth.serve(request, response, url))) await this.#pages.serve(request, response, url);
  }
}
