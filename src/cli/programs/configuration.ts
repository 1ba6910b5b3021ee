/**
 * What is configured, read when it is asked for.
 */

import {
  type Access,
  operatorTokenPath,
  readAccess as readAccessFrom,
  readHome as readHomeFrom,
} from "../../config/access.ts";
import { configPath, openFiles } from "../../config/files.ts";
import {
  localProfile,
  type Profile,
  type Profiles,
  profileName,
  profilesPath,
  readProfiles,
} from "../../config/profiles.ts";
import type { Flags } from "../../config/read.ts";
import type { Problems, Reading } from "../../config/reading.ts";
import type { RunnerConfig, RunnerFolder, RunnerReading, RunnerSettings } from "../../config/runner.ts";
import type { ServerConfig } from "../../config/server.ts";
import type { ShownConfig, ShownSetting } from "../../config/show.ts";

export type { Profile, Profiles, RunnerConfig, RunnerFolder, RunnerSettings, ServerConfig, ShownSetting };

/** A control plane's configuration that names an App. */
export type AppConfig = Extract<ServerConfig, { appId: number }>;

export type Env = Readonly<Record<string, string | undefined>>;

/** Where the configuration is read: its environment, and the folder that may hold a `.env`. */
export type Where = { env: Env; folder: string };

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

export async function readServerConfig({ env, folder }: Where, flags: Flags): Promise<Reading<ServerConfig>> {
  const [program, { readIntegrations }, files] = await Promise.all([
    import("../../config/server.ts"),
    import("../../config/integrations.ts"),
    openFiles(env, folder),
  ]);
  const reading = program.readServerConfig(env, files, flags);
  const { config: integrations, problems } = readIntegrations(env, files);
  if ("problems" in reading) return { problems: [...reading.problems, ...problems] };
  return problems.length > 0 ? { problems } : { ...reading, config: { ...reading.config, integrations } };
}

export async function readRunnerSettings(
  { env, folder }: Where,
  flags: Flags,
  home: RunnerFolder,
): Promise<RunnerReading<RunnerSettings>> {
  const [program, files] = await Promise.all([import("../../config/runner.ts"), openFiles(env, folder)]);
  return program.readRunnerSettings(env, files, flags, home);
}

export async function readRunnerConfig(
  { env, folder }: Where,
  flags: Flags,
  home: RunnerFolder,
): Promise<RunnerReading<RunnerConfig>> {
  const [program, files] = await Promise.all([import("../../config/runner.ts"), openFiles(env, folder)]);
  return program.readRunnerConfig(env, files, flags, home);
}

/** Every setting of every program, what is wrong with them, and the file that may hold them. */
export async function readShownConfig({
  env,
  folder,
}: Where): Promise<ShownConfig & { path: string; exists: boolean }> {
  const [{ showConfig }, { readIntegrations }, files] = await Promise.all([
    import("../../config/show.ts"),
    import("../../config/integrations.ts"),
    openFiles(env, folder),
  ]);
  const path = configPath(env);
  const { settings, problems } = showConfig(env, files);
  const all = [...problems, ...readIntegrations(env, files).problems];
  return { settings, problems: all, path, exists: files.look(path) !== null };
}

/** The folder of a control plane's state, for commands that need nothing else of it. */
export async function readHome({ env, folder }: Where, flags: Flags): Promise<{ home: string } | Problems> {
  return readHomeFrom(env, await openFiles(env, folder), flags);
}

/** The token that a control plane leaves for its operator in its state folder. */
export async function readOperatorToken(home: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(operatorTokenPath(home), "utf8")).trim();
}
