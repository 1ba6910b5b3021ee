import type { Environment, Files } from "./files.ts";
import { privateKey, webhookSecret } from "./secrets.ts";
import type { Setting } from "./setting.ts";
import { commonSettings } from "./settings.ts";
import { tokenSettings } from "./token.ts";
import { baseUrl, listOf, matching, path, wholeNumber } from "./values.ts";

const host = matching(/^([A-Za-z0-9.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?)$/, "a host name or an address", "127.0.0.1");
const repository = /^([A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}|\*)$/;

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
