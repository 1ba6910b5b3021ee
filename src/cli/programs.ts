/**
 * The one file of the command line that knows the programs it starts: each is loaded when it is asked for,
 * so that asking a server something never loads a server.
 */
import type { Logger } from "pino";
import type { Access } from "../config/access.ts";
import type { Flags } from "../config/read.ts";
import type { Registration } from "../config/registration.ts";
import type {
  Problems,
  Reading,
  RunnerConfig,
  RunnerFolder,
  RunnerReading,
  RunnerSettings,
  ServerConfig,
} from "../config.ts";
import { FailedError } from "./errors.ts";

export type { Registration, RunnerConfig, RunnerFolder, RunnerSettings, ServerConfig };

type Env = Readonly<Record<string, string | undefined>>;

/** A control plane that answers at `url`. */
export type RunningServer = { url: string; close(): Promise<void> };
/** A runner: `drain` lets its runs end, `stop` leaves them to the next runner; `done` is when neither is left to do. */
export type RunningRunner = { drain(): Promise<void>; stop(): Promise<void>; done: Promise<void> };

export async function startServer(config: ServerConfig, { log }: { log: Logger }): Promise<RunningServer> {
  const { startServer: start } = await import("../main.ts");
  return start(config, { log });
}

/** @throws FailedError when the machine is not ready for runs */
export async function startRunner(
  config: RunnerConfig,
  { log, once }: { log: Logger; once: boolean },
): Promise<RunningRunner> {
  const { NotReadyError, startRunner: start } = await import("../../runner/main.ts");
  try {
    return await start(config, { log, once });
  } catch (error) {
    throw error instanceof NotReadyError ? new FailedError(error.message, "") : error;
  }
}

/** The best sandbox that this machine lets a runner make. */
export async function detectSandbox(): Promise<"bubblewrap" | "unshare" | "none"> {
  return (await import("../../runner/sandbox/detect.ts")).detectSandbox();
}

/** Server and token for a command. A `.env` of the working directory has no say in where a token is sent. */
export async function readAccess(env: Env, flags: Flags): Promise<Access | Problems> {
  const [{ readAccess: read }, { openFiles }] = await Promise.all([
    import("../config/access.ts"),
    import("../config/files.ts"),
  ]);
  return read(env, await openFiles(env, null), flags);
}

export async function readServerConfig(env: Env, flags: Flags): Promise<Reading<ServerConfig>> {
  const { config, files } = await configOf(env);
  return config.readServerConfig(env, files, flags);
}

export async function readRunnerSettings(
  env: Env,
  flags: Flags,
  folder: RunnerFolder,
): Promise<RunnerReading<RunnerSettings>> {
  const { config, files } = await configOf(env);
  return config.readRunnerSettings(env, files, flags, folder);
}

export async function readRunnerConfig(
  env: Env,
  flags: Flags,
  folder: RunnerFolder,
): Promise<RunnerReading<RunnerConfig>> {
  const { config, files } = await configOf(env);
  return config.readRunnerConfig(env, files, flags, folder);
}

/** Makes the folder of state, for its owner alone. */
export async function createHome(home: string): Promise<void> {
  (await import("../config/home.ts")).createHome(home);
}

/** Writes the model's key where Claude Code's helper reads it, for the runner's owner alone. */
export async function keepModelKey(config: RunnerSettings, modelKey: string | null): Promise<void> {
  const { writeSecretFile } = await import("../config/registration.ts");
  if (modelKey !== null && config.modelKeyFile !== null) writeSecretFile(config.modelKeyFile, modelKey);
}

/** Keeps what the server gave at registration. */
export async function keepRegistration(runnerHome: string, registration: Registration): Promise<string> {
  const { registrationPath, writeSecretFile } = await import("../config/registration.ts");
  const path = registrationPath(runnerHome);
  writeSecretFile(path, `${JSON.stringify(registration, null, 2)}\n`);
  return path;
}

/** The token that a control plane leaves for its operator in its state folder. */
export async function readOperatorToken(home: string): Promise<string> {
  const [{ operatorTokenPath }, { readFile }] = await Promise.all([
    import("../config/access.ts"),
    import("node:fs/promises"),
  ]);
  return (await readFile(operatorTokenPath(home), "utf8")).trim();
}

async function configOf(env: Env) {
  const [config, { openFiles }] = await Promise.all([import("../config.ts"), import("../config/files.ts")]);
  return { config, files: await openFiles(env, process.cwd()) };
}
