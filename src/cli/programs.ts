/**
 * The one file of the command line that knows the programs it starts: each is loaded when it is asked for,
 * so that asking a server something never loads a server.
 */
import { join } from "node:path";
import type { Logger } from "pino";
import type { WorktreeHere } from "../../runner/here/worktrees.ts";
import type { SavedWork } from "../../runner/saved/find-saved.ts";
import {
  type Access,
  addressPath,
  operatorTokenPath,
  readAccess as readAccessFrom,
  readHome as readHomeFrom,
} from "../config/access.ts";
import { configPath, githubTokenPath, openFiles } from "../config/files.ts";
import type { NewApp } from "../config/keep-app.ts";
import {
  localProfile,
  type Profile,
  type Profiles,
  profileName,
  profilesPath,
  readProfiles,
} from "../config/profiles.ts";
import type { Flags } from "../config/read.ts";
import type { Registration } from "../config/registration.ts";
import type { ShownConfig, ShownSetting } from "../config/show.ts";
import type {
  Problems,
  Reading,
  RunnerConfig,
  RunnerFolder,
  RunnerReading,
  RunnerSettings,
  ServerConfig,
} from "../config.ts";
import { FailedError, NotAllowedError } from "./errors.ts";

/** A control plane's configuration that names an App. */
export type AppConfig = Extract<ServerConfig, { appId: number }>;

export type {
  Profile,
  Profiles,
  Registration,
  RunnerConfig,
  RunnerFolder,
  RunnerSettings,
  SavedWork,
  ServerConfig,
  ShownSetting,
  WorktreeHere,
};

type Env = Readonly<Record<string, string | undefined>>;
/** Where the configuration is read: its environment, and the folder that may hold a `.env`. */
type Where = { env: Env; folder: string };

/** A control plane that answers at `url`. */
export type RunningServer = { url: string; close(): Promise<void> };
/** A runner: `drain` lets its runs end, `stop` leaves them to the next runner; `done` is when neither is left to do. */
export type RunningRunner = { drain(): Promise<void>; stop(): Promise<void>; done: Promise<void> };

/** @throws FailedError when its state or its port is not to be had */
export async function startServer(
  config: ServerConfig,
  { log, where }: { log: Logger; where?: Where },
): Promise<RunningServer> {
  const { startServer: start } = await import("../main.ts");
  try {
    const shown = where === undefined ? [] : (await readShownConfig(where)).settings;
    return await start({ ...config, shown }, { log });
  } catch (error) {
    const storeErrors = await import("../store/errors.ts");
    if (Object.values(storeErrors).some((kind) => error instanceof kind)) throw new FailedError(messageOf(error), "");
    throw listenFailure(error, config) ?? error;
  }
}

/** @throws FailedError when the machine is not ready for runs; `done` rejects so when the server does not know it */
export async function startRunner(
  config: RunnerConfig,
  { log, once }: { log: Logger; once: boolean },
): Promise<RunningRunner> {
  const [{ NotReadyError, startRunner: start }, { UnregisteredError }, { RunnerInUseError }] = await Promise.all([
    import("../../runner/main.ts"),
    import("../../runner/claim-loop.ts"),
    import("../../runner/holder.ts"),
  ]);
  const inWords = (error: unknown): never => {
    if (error instanceof NotReadyError) throw new FailedError(error.message, "");
    throw error instanceof UnregisteredError || error instanceof RunnerInUseError
      ? new NotAllowedError(error.message)
      : error;
  };
  const runner = await start(config, { log, once }).catch(inWords);
  return {
    drain: () => runner.drain().catch(inWords),
    stop: () => runner.stop().catch(inWords),
    done: runner.done.catch(inWords),
  };
}

/** The best sandbox that this machine lets a runner make. */
export async function detectSandbox(): Promise<"bubblewrap" | "unshare" | "none"> {
  return (await import("../../runner/sandbox/detect.ts")).detectSandbox();
}

/** Whether Claude Code is there and new enough. Never throws: what is wrong is in the answer. */
export async function checkClaude(spec: { program: string; env: Env }) {
  return (await import("../../runner/claude/check.ts")).checkClaude(spec);
}

/** Where a control plane listens unless somebody said otherwise. */
export const defaultServer = "http://127.0.0.1:8080";

/** Server and token for a command. A `.env` of the working directory has no say in where a token is sent. */
export async function readAccess(env: Env, flags: Flags): Promise<Access | Problems> {
  return readAccessFrom(env, await openFiles(env, null), flags);
}

/** Whether this can be the name of a profile. */
export function isProfileName(name: string): boolean {
  return profileName.test(name) && name !== localProfile;
}

/** The profiles that somebody logged in to, the one in use, and the file that keeps them. */
export async function readKeptProfiles(env: Env): Promise<Problems | { profiles: Profiles; path: string }> {
  const profiles = readProfiles(env, await openFiles(env, null));
  return "sentence" in profiles ? { problems: [profiles] } : { profiles, path: profilesPath(env) };
}

/** @returns the file that keeps them now, for its owner alone */
export async function keepProfiles(env: Env, profiles: Profiles): Promise<string> {
  return (await import("../config/keep-profile.ts")).keepProfiles(env, profiles);
}

export async function readServerConfig(where: Where, flags: Flags): Promise<Reading<ServerConfig>> {
  const [{ config, files }, { readIntegrations }] = await Promise.all([
    configOf(where),
    import("../config/integrations.ts"),
  ]);
  const reading = config.readServerConfig(where.env, files, flags);
  const { config: integrations, problems } = readIntegrations(where.env, files);
  if ("problems" in reading) return { problems: [...reading.problems, ...problems] };
  return problems.length > 0 ? { problems } : { ...reading, config: { ...reading.config, integrations } };
}

export async function readRunnerSettings(
  where: Where,
  flags: Flags,
  folder: RunnerFolder,
): Promise<RunnerReading<RunnerSettings>> {
  const { config, files } = await configOf(where);
  return config.readRunnerSettings(where.env, files, flags, folder);
}

export async function readRunnerConfig(
  where: Where,
  flags: Flags,
  folder: RunnerFolder,
): Promise<RunnerReading<RunnerConfig>> {
  const { config, files } = await configOf(where);
  return config.readRunnerConfig(where.env, files, flags, folder);
}

/** Every setting of every program, what is wrong with them, and the file that may hold them. */
export async function readShownConfig({
  env,
  folder,
}: Where): Promise<ShownConfig & { path: string; exists: boolean }> {
  const [{ showConfig }, { readIntegrations }, files] = await Promise.all([
    import("../config/show.ts"),
    import("../config/integrations.ts"),
    openFiles(env, folder),
  ]);
  const path = configPath(env);
  const { settings, problems } = showConfig(env, files);
  const all = [...problems, ...readIntegrations(env, files).problems];
  return { settings, problems: all, path, exists: files.look(path) !== null };
}

/** Makes the folder of state, for its owner alone. */
export async function createHome(home: string): Promise<void> {
  (await import("../config/home.ts")).createHome(home);
}

/**
 * Lets commands of this person find the control plane that listens here, whichever its port.
 * @returns takes that back when it has ended
 */
export async function keepAddress(home: string, url: string): Promise<() => void> {
  const [{ writeSecretFile }, { rmSync }] = await Promise.all([import("../config/registration.ts"), import("node:fs")]);
  writeSecretFile(addressPath(home), `${url}\n`);
  return () => rmSync(addressPath(home), { force: true });
}

/** The folder of a control plane's state, for commands that need nothing else of it. */
export async function readHome({ env, folder }: Where, flags: Flags): Promise<{ home: string } | Problems> {
  return readHomeFrom(env, await openFiles(env, folder), flags);
}

/** The process of the control plane that has its state in this folder; null when none runs. */
export async function serverProcess(home: string): Promise<number | null> {
  const { lockHolder } = await import("../store/lock.ts");
  return lockHolder(join(home, "state.db"));
}

/** The folders of the runners of this machine: its own, and the one beside its server. */
function runnerHomes(home: string): string[] {
  return ["runner", "local-runner"].map((name) => join(home, name));
}

/** The processes of the runners that work on this machine. */
export async function runnerProcesses(home: string): Promise<number[]> {
  const { runnerProcess } = await import("../../runner/here/runner-process.ts");
  return runnerHomes(home).flatMap((one) => runnerProcess(one) ?? []);
}

export async function listWorktrees(home: string): Promise<WorktreeHere[]> {
  return (await import("../../runner/here/worktrees.ts")).worktreesHere(runnerHomes(home));
}

/** Removes a worktree that nothing works in, after saving its work. */
export async function removeWorktree(worktree: WorktreeHere) {
  return (await import("../../runner/here/worktrees.ts")).removeHere(worktree);
}

/** Sockets of terminals that no tmux listens at any more. */
export async function staleSockets(home: string): Promise<string[]> {
  const { staleSocket } = await import("../../runner/here/stale-socket.ts");
  const found = await Promise.all(runnerHomes(home).map(staleSocket));
  return found.flatMap((path) => path ?? []);
}

/** Whether the dashboard is built, and the folder in which `npm run build` makes it; null where it comes along. */
export async function dashboardHere(): Promise<{ isBuilt: boolean; source: string | null }> {
  const { dashboardFolder, sourceFolder } = await import("../dashboard-folder.ts");
  return { isBuilt: dashboardFolder() !== null, source: sourceFolder() };
}

/** Every file of this person that holds keys or says where they are sent. */
export async function privatePlaces(env: Env, home: string): Promise<{ path: string; isFolder: boolean }[]> {
  const files = [configPath(env), githubTokenPath(env), profilesPath(env)];
  const ofServer = [operatorTokenPath(home), join(home, "marker.key")];
  const folders = [home, ...runnerHomes(home)];
  const registrations = runnerHomes(home).map((one) => join(one, "registration.json"));
  return [
    ...folders.map((path) => ({ path, isFolder: true })),
    ...[...files, ...ofServer, ...registrations].map((path) => ({ path, isFolder: false })),
  ];
}

/** Everything that is secret here, to be taken out of what is passed on. */
export async function secretsHere(where: Where, home: string): Promise<string[]> {
  const { secretsHere: find } = await import("../config/secrets-here.ts");
  const files = await openFiles(where.env, where.folder);
  return find(
    where.env,
    files,
    (await privatePlaces(where.env, home)).flatMap((one) => (one.isFolder ? [] : [one.path])),
  );
}

/** Changes one setting in config.yaml. @returns what is wrong with it, or the file that holds it now */
export async function writeSetting(env: Env, name: string, value: string | null): Promise<Problems | { path: string }> {
  const [{ writeSetting: write }, files] = await Promise.all([import("../config/write.ts"), openFiles(env, null)]);
  return write(env, files, name, value);
}

/** Keeps a person's token for GitHub, and what it is for. */
export async function keepGithubToken(
  env: Env,
  of: { token: string; repositories: readonly string[]; apiUrl: string | null },
) {
  const { keepToken } = await import("../config/keep-token.ts");
  return keepToken(env, () => openFiles(env, null), of);
}

/** Keeps a new GitHub App for the control plane: its key in a file, the rest in config.yaml. */
export async function keepApp(env: Env, app: NewApp) {
  const { keepApp: keep } = await import("../config/keep-app.ts");
  return keep(env, () => openFiles(env, null), app);
}

/** Writes a consistent copy of a server's state. @throws FailedError */
export async function backUpState(home: string, to: string): Promise<void> {
  const { copyState } = await import("../store/copies.ts");
  await copyState(join(home, "state.db"), to).catch(storeFailure);
}

/** A task's saved work, as far as it can be seen from this machine and from the checkout in `folder`. */
export async function findSavedWork(of: { home: string; task: string; folder: string; repository: string | null }) {
  const { findSavedWork: find } = await import("../../runner/saved/recover.ts");
  const homes = ["runner", "local-runner"].map((name) => join(of.home, name));
  return await find({ ...of, homes });
}

/** Puts a copy in the place of a stopped server's state. @returns where the former state is now @throws FailedError */
export async function restoreState(home: string, copy: string): Promise<string | null> {
  const { restoreState: restore } = await import("../store/copies.ts");
  return Promise.resolve()
    .then(() => restore(copy, join(home, "state.db")))
    .catch(storeFailure);
}

async function storeFailure(error: unknown): Promise<never> {
  const storeErrors = await import("../store/errors.ts");
  if (Object.values(storeErrors).some((kind) => error instanceof kind)) throw new FailedError(messageOf(error), "");
  if (error instanceof Error && "code" in error && typeof error.code === "string" && /^(E|SQLITE_)/.test(error.code))
    throw new FailedError(messageOf(error), "Look at the path, its permissions and the room on its disk.");
  throw error;
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
  const { readFile } = await import("node:fs/promises");
  return (await readFile(operatorTokenPath(home), "utf8")).trim();
}

async function configOf({ env, folder }: Where) {
  return { config: await import("../config.ts"), files: await openFiles(env, folder) };
}

function listenFailure(error: unknown, { host, port }: ServerConfig): FailedError | null {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return new FailedError(
      `Another program listens on port ${port} of ${host}.`,
      "Stop it, or choose another port with --port; `cc-orchestrator status` tells whether it is one of ours.",
    );
  if (code === "EACCES")
    return new FailedError(`This user may not listen on port ${port}.`, "Choose a port from 1024 on with --port.");
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new FailedError(`${host} is no address of this machine.`, "Choose one of its own with --host.");
  return null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
