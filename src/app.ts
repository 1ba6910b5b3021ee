import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { defaultBodyLimits } from "#github/webhook-body.ts";
import { webhookRoute } from "#github/webhook-route.ts";
import { type Listening, openHttp } from "#http/http.ts";
import { openJobTokens } from "#http/job-tokens.ts";
import { openLive } from "#http/live.ts";
import { openTerminalRelay } from "#http/terminal-relay.ts";
import { openCheckouts } from "#local/checkouts.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { openGauges } from "#operations/gauges.ts";
import { nextPollAfter } from "#operations/poll-pace.ts";
import type { Bell, Clock, Operator, World } from "#operations/ports/world.ts";
import { actOf } from "#operations/show-acts.ts";
import { presenceOf } from "#operations/show-presence.ts";
import { takenBy, terminalPlace } from "#operations/terminal-place.ts";
import type { SettingNow } from "#protocol/operating.ts";
import { openLogs } from "#store/logs.ts";
import { openLogSearch } from "#store/search-logs.ts";
import { openStore } from "#store/store.ts";
import { authenticator } from "./authenticator.ts";
import { bellOf, soon } from "./bell.ts";
import type { IntegrationsConfig } from "./config/integrations.ts";
import type { TokenAccess } from "./config/token.ts";
import { handlersOf } from "./handlers.ts";
import { elsewheresOf, type Integrations, openIntegrations } from "./integrating.ts";
import { openLoops } from "./loops.ts";
import { type AppAccess, reachGitHub } from "./reaching-github.ts";
import { openSigningIn, type SigningInOptions } from "./signing-in.ts";
import { openWaiters } from "./waiters.ts";

export type AppOptions = SigningInOptions & {
  /** Folder of all state. */
  home: string;
  /** The GitHub App; null for none. */
  app: AppAccess | null;
  /** Somebody's token in the place of the App; without either, tasks are those of repositories on this machine. */
  token: TokenAccess | null;
  /** How often GitHub is asked where it does not tell what happens, in milliseconds, while something goes on. */
  pollMs: number;
  /** Who signs the tokens of GitHub Actions' jobs. */
  actionsIssuer: string;
  /** Least time between two writes to GitHub, in milliseconds. */
  writeIntervalMs: number;
  allowedHosts: readonly string[];
  operator: Operator;
  integrations: IntegrationsConfig;
  /** As the settings page shows them. */
  settings: readonly SettingNow[];
  /** The built dashboard, or null. */
  staticFolder: string | null;
  version: string;
  log: Logger;
};

/** The control plane, put together: the one place that knows all of its parts. */
export async function openApp(options: AppOptions) {
  const { log } = options;
  const clock: Clock = () => Date.now();
  const store = openStore({ file: join(options.home, "state.db") });
  const logs = openLogs(join(options.home, "logs"));
  const live = openLive({ firstId: clock() });
  const waiters = { queue: openWaiters(), tasks: openWaiters() };
  const bells: Pick<Integrations, "ring"> & { work: () => void } = { work: () => undefined, ring: () => undefined };
  const accept = (delivery: Parameters<typeof acceptDelivery>[1]) => {
    acceptDelivery({ store, bell }, delivery);
  };
  const { app } = options;
  const reach = await reachGitHub({ ...options, apiUrl: options.githubApiUrl, clock, accept });
  const bell: Bell = bellOf(() => world, live, log, {
    queue: waiters.queue.wake,
    tasks: waiters.tasks.wake,
    work: () => bells.work(),
    change: (taskId) => bells.ring(taskId),
  });
  const world: World = {
    store,
    logs,
    github: reach.github,
    checkouts: openCheckouts(),
    bell,
    clock,
    random: Math.random,
    newSessionId: randomUUID,
    newSecret: () => randomBytes(32).toString("base64url"),
    operator: { host: hostname(), ...options.operator },
  };
  const loops = openLoops(world, {
    log,
    nextPoll: reach.github.tells ? null : (found) => nextPollAfter(world, found, options.pollMs),
  });
  const elsewheres = await elsewheresOf(options.integrations, clock);
  const integrations = openIntegrations(world, {
    config: options.integrations,
    elsewheres,
    version: options.version,
    log,
  });
  bells.ring = integrations.ring;
  bells.work = () => {
    loops.ring();
    integrations.ring();
  };
  let address = options.operator.dashboardUrl;
  const jobTokens = openJobTokens({ issuer: options.actionsIssuer, audience: () => address ?? "" });
  const relay = openTerminalRelay({
    wake: () => soon(log, waiters.tasks.wake),
    changed: (at) =>
      soon(log, () => {
        const presence = presenceOf(world, at);
        if (presence !== null) live.publish({ kind: "presence", ...presence });
      }),
  });
  const { comingIn, ...signingIn } = openSigningIn(world, options);
  const http = openHttp({
    handlers: handlersOf(world, {
      waiters,
      reconcile: loops.reconcile,
      integrations,
      jobTokens,
      version: options.version,
      trouble: reach.trouble,
      comingIn,
      terminals: relay,
      looking: {
        calls: reach.calls,
        settings: options.settings,
        integrations: integrations.list,
        gauges: openGauges(clock),
        searchLogs: openLogSearch(join(options.home, "logs")),
      },
    }),
    audit(entry) {
      const record = { at: clock(), ...entry };
      store.transaction(() => store.audit.add(record));
      const act = actOf(record);
      if (act !== null) live.publish({ kind: "act", ...act });
    },
    authenticate: authenticator(world, options.operatorToken),
    ...signingIn,
    live,
    terminals: {
      relay,
      placeOf: (task) => terminalPlace(world, task),
      takenBy: (runId) => takenBy(world, runId),
    },
    webhook:
      app &&
      reach.receive &&
      webhookRoute({
        secrets: [app.webhookSecret],
        receive: reach.receive,
        clock,
        log,
        limits: defaultBodyLimits,
      }),
    doors: integrations.doors,
    staticFolder: options.staticFolder,
    allowedHosts: options.allowedHosts,
    log,
  });
  bells.work();
  void introduce(world, options);
  async function close(listening: Listening | null): Promise<void> {
    // All at once: answers are finished while nothing new is begun, and whoever waits for GitHub is told that it is over.
    await Promise.all([listening?.close(), reach.close(), loops.close(), integrations.close()]);
    store.close();
    logs.close();
  }
  return {
    /** `close` stops in under 2 s: no answer is cut off, and what was not done is done after the next start. */
    async listen(host: string, port: number): Promise<Listening> {
      try {
        const listening = await http.listen(host, port);
        address ??= listening.url;
        loops.begin();
        return { url: listening.url, close: () => close(listening) };
      } catch (error) {
        await close(null);
        throw error;
      }
    },
  };
}

/** Says at the start how GitHub is reached, and whether it knows us; it also makes the first task as quick as the next ones. */
async function introduce(world: World, { app, token, log }: AppOptions): Promise<void> {
  if (app === null && token === null)
    return log.info("no GitHub App is set up: tasks are those of repositories on this machine");
  const [mode, advice] =
    app === null
      ? ["token", "put another token in its place: cc-orchestrator init --token"]
      : ["app", "check APP_ID, PRIVATE_KEY and GITHUB_API_URL"];
  try {
    const login = await world.github.whoAmI();
    log.info({ mode, login, repositories: token?.repositories }, "GitHub knows us");
  } catch (error) {
    log.error({ mode, error: String(error), advice }, "GitHub does not answer, or does not know us");
  }
}
