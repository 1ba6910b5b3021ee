import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Bounds, boundsOf } from "./bounds.ts";
import type { Environment, Files } from "./files.ts";
import { type Flags, type Origins, readSettings } from "./read.ts";
import { commonProblems, type Problems, withoutRepeats } from "./reading.ts";
import { type Registration, readRegistration } from "./registration.ts";
import { runnerSettings } from "./runner-settings.ts";
import { secretFile } from "./secrets.ts";
import type { ValuesOf } from "./setting.ts";
import { type LogLevel, mayGoRemote } from "./settings.ts";
import { tmuxSocketOf } from "./tmux-socket.ts";

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

/** `modelKey` is to be written to `config.modelKeyFile` before the start; null when there is nothing to write. */
export type RunnerReading<C> = { config: C; modelKey: string | null; origins: Origins } | Problems;

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
    ...commonProblems(env, files, read.values.home),
    ...read.problems,
    ...("sentence" in kept ? [kept] : []),
    ...(keyFile !== null && "sentence" in keyFile ? [keyFile] : []),
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

/** A machine's name as a runner's name. */
function nameFrom(hostname: string): string {
  const name = hostname.replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name.slice(0, 63) || "runner";
}
