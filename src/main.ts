import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import type { SettingNow } from "#protocol/operating.ts";
import { openApp } from "./app.ts";
import { noIntegrations } from "./config/integrations.ts";
import type { ServerConfig } from "./config/server.ts";
import type { ShownSetting } from "./config/show.ts";
import { dashboardFolder } from "./dashboard-folder.ts";
import { version } from "./version.ts";

/** What only tests and the demo set otherwise. */
export type Pace = { writeIntervalMs: number; progressIntervalMs: number; retryBaseMs: number; pollMs?: number };
const usualPace: Pace = { writeIntervalMs: 1_000, progressIntervalMs: 15_000, retryBaseMs: 30_000 };

/** Starts the control plane; it answers when this resolves. */
export async function startServer(
  config: ServerConfig,
  { log, pace = usualPace }: { log: Logger; pace?: Pace },
): Promise<{ url: string; close(): Promise<void> }> {
  mkdirSync(config.home, { recursive: true, mode: 0o700 });
  const app = await openApp({
    home: config.home,
    app:
      config.appId === null
        ? null
        : { id: config.appId, privateKey: config.privateKey, webhookSecret: config.webhookSecret },
    token: config.github ?? null,
    pollMs: pace.pollMs ?? (config.github?.pollSeconds ?? 30) * 1_000,
    githubApiUrl: config.githubApiUrl,
    client:
      config.clientId == null || config.clientSecret == null
        ? null
        : { id: config.clientId, secret: config.clientSecret, webUrl: webOf(config.githubApiUrl) },
    actionsIssuer: config.actionsIssuer ?? issuerOf(config.githubApiUrl),
    writeIntervalMs: pace.writeIntervalMs,
    allowedHosts: hostsOf(config),
    operatorToken: secretFile(join(config.home, "operator.token")),
    operator: {
      // Whoever names a repository to be worked on has opened it by that.
      publicRepositories: [...config.publicRepositories, ...(config.github?.repositories ?? [])],
      dashboardUrl: config.publicUrl,
      mostRuns: config.mostRuns ?? null,
      retryBaseMs: pace.retryBaseMs,
      progressIntervalMs: pace.progressIntervalMs,
      author: { name: "Claude", email: "noreply@anthropic.com" },
      markerKey: secretFile(join(config.home, "marker.key")),
    },
    people: { people: config.people ?? null, admins: config.admins ?? [] },
    integrations: config.integrations ?? noIntegrations,
    staticFolder: dashboardFolder(),
    settings: (config.shown ?? []).map(settingNow),
    version,
    log,
  });
  const { url, close } = await app.listen(config.host, config.port);
  log.info({ url }, "control plane listens");
  return {
    url,
    async close() {
      await close();
      log.info("control plane stopped");
    },
  };
}

function settingNow({ name, value, origin }: ShownSetting): SettingNow {
  return { name, value: typeof value === "object" && value !== null ? [...value] : value, origin };
}

/** Who signs the tokens of jobs: GitHub's own service, or the one of an Enterprise server. */
function issuerOf(apiUrl: string): string {
  const { origin, hostname } = new URL(apiUrl);
  return hostname === "api.github.com" ? "https://token.actions.githubusercontent.com" : `${origin}/_services/token`;
}

/** GitHub's website, where people sign in. */
function webOf(apiUrl: string): string {
  const { origin, hostname } = new URL(apiUrl);
  return hostname === "api.github.com" ? "https://github.com" : origin;
}

/** The names under which people may reach this server; anything else in `Host` is a rebinding attack. */
function hostsOf(config: ServerConfig): string[] {
  const own = ["localhost", "127.0.0.1", "[::1]", hostname(), config.host];
  return config.publicUrl === null ? own : [...own, new URL(config.publicUrl).hostname];
}

/** A secret of this installation, made at the first start. */
function secretFile(path: string): string {
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(path, 0o600);
  return readFileSync(path, "utf8").trim();
}
