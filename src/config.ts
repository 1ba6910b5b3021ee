import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Bounds, boundsOf } from "./config/bounds.ts";
import type { Environment, Files } from "./config/files.ts";
import { homeProblem } from "./config/home.ts";
import type { IntegrationsConfig } from "./config/integrations.ts";
import { type Flags, type Origins, readSettings, unknownEntries } from "./config/read.ts";
import { type Registration, readRegistration } from "./config/registration.ts";
import { privateKey, secretFile } from "./config/secrets.ts";
import type { ConfigProblem, ValuesOf } from "./config/setting.ts";
import { clientSettings, type LogLevel, mayGoRemote, runnerSettings, serverSettings } from "./config/settings.ts";
import type { ShownSetting } from "./config/show.ts";
import { tmuxSocketOf } from "./config/tmux-socket.ts";
import { type TokenAccess, tokenAccess } from "./config/token.ts";
import { isLoopback } from "./config/values.ts";

export type { ConfigProblem, Environment, Files, Flags, LogLevel, Origins };

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

/** What a runner needs to know before it registers or starts. */
export type RunnerSettings = {
  /** Base URL of the control plane; null when nobody named one. */
  server: string | null;
  name: string;
  labels: readonly string[];
  slots: number;
  /** Empty means every repository of the server. */
  repositories: readonly string[];
  /** Folder of the runner's own state, absolute. */
  home: string;
  /** Claude Code: a path, or a name on the PATH. */
  claude: string;
  /** A file, mode 0600, with the model's key; null uses the Claude Code login of the person who starts this. */
  modelKeyFile: string | null;
  /** Another Messages API than Anthropic's own. */
  modelUrl: string | null;
  /** Folder with `owner/name/…` holding the ignored files that `.worktreeinclude` may name; null for none. */
  includeFolder: string | null;
  /** Name of the runner's own tmux server: one for each state folder. */
  tmuxSocket: string;
  logLevel: LogLevel;
} & Bounds;

/** A registered runner. */
export type RunnerConfig = RunnerSettings & { server: string; runnerId: number; credential: string };

/** Below the state folder: a registered runner's own, or that of the runner that `up` starts beside its server. */
export type RunnerFolder = "runner" | "local-runner";

export type Problems = { problems: readonly ConfigProblem[] };
export type Reading<C> = { config: C; origins: Origins } | Problems;
/** `modelKey` is to be written to `config.modelKeyFile` before the start; null when there is nothing to write. */
export type RunnerReading<C> = { config: C; modelKey: string | null; origins: Origins } | Problems;

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
    ...files.problems,
    ...unknownEntries(files, tables(env, files)),
    ...read.problems.filter(({ key: name }) => hasApp || !appVariables.includes(name)),
    ...[key, github].filter(isProblem),
    ...clientProblems(values),
    ...remoteProblems(values.host, allowRemote),
    ...homeProblems(values.home, files),
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

/** A runner's settings before it has a registration. */
export function readRunnerSettings(
  env: Environment,
  files: Files,
  flags: Flags = {},
  folder: RunnerFolder = "runner",
): RunnerReading<RunnerSettings> {
  const read = readRunner(env, files, flags, folder);
  return "problems" in read ? read : { config: read.settings, modelKey: read.modelKey, origins: read.origins };
}

/** A registered runner's configuration; that it is not registered is one of the possible problems. */
export function readRunnerConfig(
  env: Environment,
  files: Files,
  flags: Flags = {},
  folder: RunnerFolder = "runner",
): RunnerReading<RunnerConfig> {
  const read = readRunner(env, files, flags, folder);
  if ("problems" in read) return read;
  const { registration, settings, modelKey, origins } = read;
  if (registration === null)
    return {
      problems: [
        {
          key: "registration",
          sentence: "This runner is not registered with a server.",
          advice: "Register it: cc-orchestrator runner register --server URL --token T",
        },
      ],
    };
  const { runnerId, credential } = registration;
  // The credential is this server's: no other one may see it.
  return { config: { ...settings, server: registration.server, runnerId, credential }, modelKey, origins };
}

type ReadRunner = {
  settings: RunnerSettings;
  registration: Registration | null;
  modelKey: string | null;
  origins: Origins;
};

function readRunner(env: Environment, files: Files, flags: Flags, folder: RunnerFolder): ReadRunner | Problems {
  const table = runnerSettings(env, files, mayGoRemote(env, files));
  const read = readSettings(table, env, files, flags);
  const home = read.values.home === undefined ? null : join(read.values.home, folder);
  const kept = home === null ? { registration: null } : readRegistration(home, files);
  const keyPath = read.values.anthropicApiKey ? null : (read.values.anthropicApiKeyPath ?? null);
  const keyFile = keyPath === null ? null : secretFile("ANTHROPIC_API_KEY_PATH", keyPath, files);
  const problems = [
    ...files.problems,
    ...unknownEntries(files, tables(env, files)),
    ...read.problems,
    ...("sentence" in kept ? [kept] : []),
    ...(keyFile !== null && "sentence" in keyFile ? [keyFile] : []),
    ...homeProblems(read.values.home, files),
  ];
  if (problems.length > 0 || home === null || "sentence" in kept) return { problems: withoutRepeats(problems) };
  const values = read.values as ValuesOf<typeof table>;
  const { registration } = kept;
  const modelKey = values.anthropicApiKey;
  return {
    settings: {
      server: values.server ?? registration?.server ?? null,
      name: values.name ?? registration?.name ?? nameFrom(files.hostname),
      labels: values.labels ?? registration?.labels ?? [],
      slots: values.slots ?? registration?.slots ?? Math.max(1, Math.floor(availableParallelism() / 2)),
      repositories: values.repositories ?? registration?.repositories ?? [],
      home,
      claude: values.claude,
      modelKeyFile: keyPath ?? (modelKey === null ? null : join(home, "model.key")),
      modelUrl: values.anthropicBaseUrl,
      includeFolder: values.includeFolder,
      ...boundsOf(values),
      tmuxSocket: tmuxSocketOf(home),
      logLevel: values.logLevel,
    },
    registration,
    modelKey,
    origins: read.origins,
  };
}

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

function homeProblems(home: string | undefined, files: Files): ConfigProblem[] {
  const problem = home === undefined ? null : homeProblem(home, files);
  return problem === null ? [] : [problem];
}

/** Every setting there is: one config.yaml serves all programs of a machine. */
function tables(env: Environment, files: Files) {
  return [serverSettings, runnerSettings, clientSettings].map((table) => table(env, files, true));
}

/** A machine's name as a runner's name. */
function nameFrom(hostname: string): string {
  const name = hostname.replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name.slice(0, 63) || "runner";
}

function withoutRepeats(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ key, sentence }) => {
    const one = `${key}\n${sentence}`;
    return seen.has(one) ? false : seen.add(one) !== null;
  });
}
