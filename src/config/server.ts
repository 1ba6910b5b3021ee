import type { Environment, Files } from "./files.ts";
import type { IntegrationsConfig } from "./integrations.ts";
import { type Flags, readSettings } from "./read.ts";
import { commonProblems, type Reading, withoutRepeats } from "./reading.ts";
import { privateKey, secretFile } from "./secrets.ts";
import { serverSettings } from "./server-settings.ts";
import type { ConfigProblem, ValuesOf } from "./setting.ts";
import { type LogLevel, mayGoRemote } from "./settings.ts";
import type { ShownSetting } from "./show.ts";
import { type TokenAccess, tokenAccess } from "./token.ts";
import { isLoopback } from "./values.ts";

/** How a control plane is known to GitHub. */
export type AppKeys = {
  appId: number;
  /** PEM */
  privateKey: string;
  webhookSecret: string;
};

/** What a control plane needs to know before it starts. Without an App, it has only the repositories of its machine. */
export type ServerConfig = (AppKeys | { [N in keyof AppKeys]: null }) & {
  /** Base URL without a closing slash. */
  githubApiUrl: string;
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Where people reach it, or null when only this machine does. Without a closing slash. */
  publicUrl: string | null;
  /** Public repositories opened for work; `*` for all. */
  publicRepositories: readonly string[];
  /** The most runs under way at a time on all runners together; no limit when absent. */
  mostRuns?: number | null;
  /** Folder of all state, absolute. */
  home: string;
  logLevel: LogLevel;
  /** Every setting with where it is from, for people to look at; none when absent. */
  shown?: readonly ShownSetting[];
  /** Who signs the tokens of GitHub Actions' jobs; the usual one of that GitHub when absent or null. */
  actionsIssuer?: string | null;
  /** The way to GitHub without an App; none when absent or null. */
  github?: TokenAccess | null;
  /** The GitHub App's client, with which people sign in; nobody does when absent or null. */
  clientId?: string | null;
  clientSecret?: string | null;
  /** Who may sign in with GitHub: logins, and repositories whose people may; everybody with a role when absent or null. */
  people?: readonly string[] | null;
  /** Who of them may everything; nobody when absent. */
  admins?: readonly string[];
  /** Whom else it tells; nobody when absent. */
  integrations?: IntegrationsConfig;
};

/**
 * The control plane's configuration from flags, environment, `.env` and config.yaml, or every problem of it at once.
 * Reads files, writes none.
 */
export function readServerConfig(env: Environment, files: Files, flags: Flags = {}): Reading<ServerConfig> {
  const allowRemote = mayGoRemote(env, files);
  const read = readSettings(serverSettings(env, files, allowRemote), env, files, flags);
  const { values, origins } = read;
  const hasApp = appSettings.some((name) => origins[name] !== undefined && origins[name] !== "the default");
  const key = hasApp ? keyOf(values, files) : null;
  // An App can do everything that a token can, and more.
  const github = hasApp ? null : tokenAccess(values, files);
  const problems = [
    ...commonProblems(env, files, values.home),
    ...read.problems.filter(({ key: name }) => hasApp || !appVariables.includes(name)),
    ...[key, github].filter(isProblem),
    ...clientProblems(values),
    ...remoteProblems(values.host, allowRemote),
  ];
  if (problems.length > 0 || isProblem(key) || isProblem(github)) return { problems: withoutRepeats(problems) };
  // No problems: every setting of the table has its value.
  const all = values as ValuesOf<ReturnType<typeof serverSettings>>;
  const { allowRemote: _, privateKeyPath: __, integrations: ___, appId, webhookSecret, ...own } = all;
  const { githubToken: _token, githubTokenPath: _path, usualGithubToken: _usual, ...others } = own;
  const { githubRepositories: _repositories, pollSeconds: _seconds, ...rest } = others;
  if (key === null) return { config: { ...rest, github, appId: null, privateKey: null, webhookSecret: null }, origins };
  return { config: { ...rest, appId, webhookSecret, privateKey: key.privateKey }, origins };
}

function isProblem(found: object | null): found is ConfigProblem {
  return found !== null && "sentence" in found;
}

/** Any of these says that there is an App, and then none of them may be missing. */
const appSettings = ["appId", "privateKey", "privateKeyPath", "webhookSecret"] as const;
const appVariables = ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"];

type KeyValues = { privateKey?: string | null; privateKeyPath?: string | null };

/** The key itself, or the key in the file; the key itself counts when both are given. */
function keyOf(values: KeyValues, files: Files): { privateKey: string } | ConfigProblem {
  if (values.privateKey === undefined) return { privateKey: "" }; // its own problem is told already
  if (values.privateKey !== null) return { privateKey: values.privateKey };
  if (!values.privateKeyPath)
    return {
      key: "PRIVATE_KEY",
      sentence: "The GitHub App's private key is not set.",
      advice: "Set PRIVATE_KEY_PATH to the .pem file from the App's settings page, or PRIVATE_KEY to its content.",
    };
  const file = secretFile("PRIVATE_KEY_PATH", values.privateKeyPath, files);
  if ("sentence" in file) return file;
  const parsed = privateKey(file.content);
  return "value" in parsed ? { privateKey: parsed.value } : { key: "PRIVATE_KEY_PATH", ...parsed };
}

/** One without the other signs nobody in. */
function clientProblems(values: { clientId?: string | null; clientSecret?: string | null }): ConfigProblem[] {
  const { clientId = null, clientSecret = null } = values;
  if ((clientId === null) === (clientSecret === null)) return [];
  return [
    {
      key: clientId === null ? "GITHUB_CLIENT_ID" : "GITHUB_CLIENT_SECRET",
      sentence: `The GitHub App's client ${clientId === null ? "ID" : "secret"} is not set, so that nobody can sign in with GitHub.`,
      advice: "Both are on the App's settings page at GitHub: set both, or neither.",
    },
  ];
}

/** Other machines are let in only on purpose, for what passes is readable on the way (S30). */
function remoteProblems(host: string | undefined, allowRemote: boolean): ConfigProblem[] {
  if (host === undefined || isLoopback(host) || allowRemote) return [];
  return [
    {
      key: "HOST",
      sentence: `${host} would let other machines in, without encryption.`,
      advice:
        "Keep 127.0.0.1 and put a TLS proxy in front, or set CC_ORCHESTRATOR_ALLOW_REMOTE=1 where the network itself is private.",
    },
  ];
}
