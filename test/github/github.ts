import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readContract } from "./contract/contract.ts";
import { parseGitPath, SmartHttp } from "./git/smart-http.ts";
import { Pages } from "./pages/serve.ts";
import type { Json } from "./render/json.ts";
import type { Call, Violation } from "./server/calls.ts";
import { ApiFaults } from "./server/faults.ts";
import { GraphQL } from "./server/graphql.ts";
import { Judge } from "./server/judge.ts";
import { OAuth } from "./server/oauth.ts";
import { Rates } from "./server/rates.ts";
import { Rest } from "./server/rest.ts";
import { type SecondaryUse, secondaryUse } from "./server/secondary.ts";
import { Staged } from "./staged.ts";
import type { Permissions } from "./state/nouns.ts";
import { World } from "./state/world.ts";
import { faultSwitches } from "./switches.ts";
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

export class GitHubStandIn extends Staged {
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

  /** What can be made to go wrong. */
  get faults() {
    return faultSwitches(this.world, this.#faults, this.#hook);
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
