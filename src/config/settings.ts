import { boundSettings } from "./bounds.ts";
import { defaultHome, type Environment, type Files } from "./files.ts";
import { profileName } from "./profiles.ts";
import { readSettings } from "./read.ts";
import { privateKey, webhookSecret } from "./secrets.ts";
import type { Setting, Settings } from "./setting.ts";
import { tokenSettings } from "./token.ts";
import { baseUrl, listOf, matching, oneOf, path, text, wholeNumber, yesOrNo } from "./values.ts";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const host = matching(/^([A-Za-z0-9.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?)$/, "a host name or an address", "127.0.0.1");
const repository = /^([A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}|\*)$/;

/** Settings that every program has. */
export function commonSettings(env: Environment, files: Files) {
  return {
    home: {
      flag: "home",
      variables: ["CC_ORCHESTRATOR_HOME"],
      entry: "home",
      parse: path(files.personHome),
      fallback: defaultHome(env),
    } satisfies Setting<string>,
    logLevel: {
      flag: "log-level",
      variables: ["LOG_LEVEL"],
      entry: "log_level",
      parse: oneOf(logLevels),
      fallback: "info",
    } satisfies Setting<LogLevel>,
    allowRemote: {
      variables: ["CC_ORCHESTRATOR_ALLOW_REMOTE"],
      entry: "allow_remote",
      parse: yesOrNo,
      fallback: false,
    } satisfies Setting<boolean>,
  } satisfies Settings;
}

/** What the operator of a control plane can decide. */
export function serverSettings(env: Environment, files: Files, allowRemote: boolean) {
  return {
    ...commonSettings(env, files),
    appId: {
      variables: ["APP_ID"],
      entry: "server.app_id",
      parse: wholeNumber(1, Number.MAX_SAFE_INTEGER, 123456),
      whenMissing: {
        sentence: "The number of the GitHub App is not set.",
        advice: "Set APP_ID to the App ID on the App's settings page at GitHub.",
      },
    } as Setting<number>,
    privateKey: {
      variables: ["PRIVATE_KEY"],
      entry: null,
      secret: true,
      parse: privateKey,
      fallback: null,
    } as Setting<string | null>,
    privateKeyPath: {
      variables: ["PRIVATE_KEY_PATH"],
      entry: "server.private_key_path",
      parse: path(files.personHome),
      fallback: null,
    } as Setting<string | null>,
    webhookSecret: {
      variables: ["WEBHOOK_SECRET"],
      entry: "server.webhook_secret",
      secret: true,
      parse: webhookSecret,
      whenMissing: {
        sentence: "Without a webhook secret anybody could send deliveries in GitHub's name, so nothing starts.",
        advice: "Make one with: openssl rand -hex 32, set WEBHOOK_SECRET, and enter it in the GitHub App's settings.",
      },
    } as Setting<string>,
    githubApiUrl: {
      variables: ["GITHUB_API_URL"],
      entry: "server.github_api_url",
      parse: baseUrl("https://github.example.com/api/v3", allowRemote),
      fallback: "https://api.github.com",
    } as Setting<string>,
    host: {
      flag: "host",
      variables: ["HOST"],
      entry: "server.host",
      parse: host,
      fallback: "127.0.0.1",
    } as Setting<string>,
    port: {
      flag: "port",
      variables: ["PORT"],
      entry: "server.port",
      parse: wholeNumber(0, 65_535, 8080),
      fallback: 8080,
    } as Setting<number>,
    publicUrl: {
      flag: "public-url",
      variables: ["CC_ORCHESTRATOR_PUBLIC_URL"],
      entry: "server.public_url",
      parse: baseUrl("https://orchestrator.example.com", allowRemote),
      fallback: null,
    } as Setting<string | null>,
    publicRepositories: {
      variables: ["CC_ORCHESTRATOR_PUBLIC_REPOSITORIES"],
      entry: "server.public_repositories",
      parse: listOf(repository, "a repository (owner/name) or *", "octocat/hello-world"),
      fallback: [],
    } as Setting<string[]>,
    clientId: {
      variables: ["GITHUB_CLIENT_ID"],
      entry: "server.client_id",
      parse: matching(/^[A-Za-z0-9._-]{8,100}$/, "the client ID of a GitHub App", "Iv23liABCDEFGHIJKLMN"),
      fallback: null,
    } as Setting<string | null>,
    clientSecret: {
      variables: ["GITHUB_CLIENT_SECRET"],
      entry: "server.client_secret",
      secret: true,
      parse: matching(/^[\x21-\x7e]{20,200}$/, "the client secret of a GitHub App", "the secret as GitHub shows it"),
      fallback: null,
    } as Setting<string | null>,
    people: {
      variables: ["CC_ORCHESTRATOR_PEOPLE"],
      entry: "server.people",
      parse: listOf(
        /^[A-Za-z0-9][A-Za-z0-9-]{0,38}(\/(\*|[A-Za-z0-9._-]{1,100}))?$/,
        "a login at GitHub, a repository (owner/name) or owner/*",
        "octocat,octo-org/*",
      ),
      fallback: null,
    } as Setting<string[] | null>,
    admins: {
      variables: ["CC_ORCHESTRATOR_ADMINS"],
      entry: "server.admins",
      parse: listOf(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, "a login at GitHub", "octocat"),
      fallback: [],
    } as Setting<string[]>,
    mostRuns: {
      variables: ["CC_ORCHESTRATOR_MAX_RUNS"],
      entry: "server.max_runs",
      parse: wholeNumber(1, 10_000, 10),
      fallback: null,
    } as Setting<number | null>,
    actionsIssuer: {
      variables: ["CC_ORCHESTRATOR_ACTIONS_ISSUER"],
      entry: "server.actions_issuer",
      parse: baseUrl("https://github.example.com/_services/token", allowRemote),
      fallback: null,
    } as Setting<string | null>,
    ...tokenSettings(files),
    // Read by integrations.ts, when a server starts.
    integrations: {
      variables: [],
      entry: "integrations",
      parse: (raw) => ({ value: raw }),
      fallback: null,
    } as Setting<unknown>,
  };
}

/** What the operator of a runner can decide. `server` has no default before a registration names it. */
export function runnerSettings(env: Environment, files: Files, allowRemote: boolean) {
  const label = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/;
  return {
    ...commonSettings(env, files),
    server: {
      flag: "server",
      variables: ["CC_ORCHESTRATOR_SERVER"],
      entry: "runner.server",
      parse: baseUrl("https://orchestrator.example.com", allowRemote),
      fallback: null,
    } as Setting<string | null>,
    name: {
      flag: "name",
      variables: ["CC_ORCHESTRATOR_RUNNER_NAME"],
      entry: "runner.name",
      parse: matching(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        "a name of letters, digits, dots, dashes and underscores (at most 63)",
        "build-box-1",
      ),
      fallback: null,
    } as Setting<string | null>,
    labels: {
      flag: "labels",
      variables: ["CC_ORCHESTRATOR_RUNNER_LABELS"],
      entry: "runner.labels",
      parse: listOf(label, "a label of letters, digits, dots, dashes and underscores (at most 50)", "linux,gpu"),
      fallback: null,
    } as Setting<string[] | null>,
    slots: {
      flag: "slots",
      variables: ["CC_ORCHESTRATOR_RUNNER_SLOTS"],
      entry: "runner.slots",
      parse: wholeNumber(1, 100, 2),
      fallback: null,
    } as Setting<number | null>,
    repositories: {
      flag: "repository",
      variables: ["CC_ORCHESTRATOR_RUNNER_REPOSITORIES"],
      entry: "runner.repositories",
      parse: listOf(
        /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/,
        "a repository (owner/name)",
        "octocat/hello-world",
      ),
      fallback: null,
    } as Setting<string[] | null>,
    claude: {
      flag: "claude",
      variables: ["CC_ORCHESTRATOR_CLAUDE"],
      entry: "runner.claude",
      parse: text,
      fallback: "claude",
    } as Setting<string>,
    anthropicApiKey: {
      variables: ["ANTHROPIC_API_KEY"],
      entry: null,
      secret: true,
      parse: matching(/^[\x21-\x7e]{8,}$/, "a key of the Anthropic API", "the key as the Anthropic Console shows it"),
      fallback: null,
    } as Setting<string | null>,
    anthropicApiKeyPath: {
      variables: ["ANTHROPIC_API_KEY_PATH"],
      entry: "runner.anthropic_api_key_path",
      parse: path(files.personHome),
      fallback: null,
    } as Setting<string | null>,
    anthropicBaseUrl: {
      variables: ["ANTHROPIC_BASE_URL"],
      entry: "runner.anthropic_base_url",
      parse: baseUrl("https://gateway.example.com", allowRemote),
      fallback: null,
    } as Setting<string | null>,
    includeFolder: {
      variables: ["CC_ORCHESTRATOR_INCLUDE"],
      entry: "runner.include",
      parse: path(files.personHome),
      fallback: null,
    } as Setting<string | null>,
    ...boundSettings(),
  };
}

/** Whom the command line talks to. */
export function clientSettings(env: Environment, files: Files, allowRemote: boolean) {
  return {
    home: commonSettings(env, files).home,
    server: {
      flag: "server",
      variables: ["CC_ORCHESTRATOR_SERVER"],
      entry: "client.server",
      parse: baseUrl("http://127.0.0.1:8080", allowRemote),
      fallback: "http://127.0.0.1:8080",
    } as Setting<string>,
    profile: {
      flag: "profile",
      variables: ["CC_ORCHESTRATOR_PROFILE"],
      entry: null,
      parse: matching(profileName, "the name of a profile", "work"),
      fallback: null,
    } as Setting<string | null>,
    token: {
      variables: ["CC_ORCHESTRATOR_TOKEN"],
      entry: "client.token",
      secret: true,
      parse: text,
      fallback: null,
    } as Setting<string | null>,
  };
}

/** Whether the operator has said that keys may pass unencrypted between machines. */
export function mayGoRemote(env: Environment, files: Files): boolean {
  const { allowRemote } = commonSettings(env, files);
  return readSettings({ allowRemote }, env, files, {}).values.allowRemote === true;
}
