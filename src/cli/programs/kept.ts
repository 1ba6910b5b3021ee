/**
 * What commands keep for the person: settings, keys, addresses; for their owner alone.
 */

import { addressPath } from "../../config/access.ts";
import { openFiles } from "../../config/files.ts";
import type { NewApp } from "../../config/keep-app.ts";
import type { Profiles } from "../../config/profiles.ts";
import type { Problems } from "../../config/reading.ts";
import type { Registration } from "../../config/registration.ts";
import type { RunnerSettings } from "../../config/runner.ts";
import type { Env } from "./configuration.ts";

export type { Registration };

/** @returns the file that keeps them now, for its owner alone */
export async function keepProfiles(env: Env, profiles: Profiles): Promise<string> {
  return (await import("../../config/keep-profile.ts")).keepProfiles(env, profiles);
}

/** Makes the folder of state, for its owner alone. */
export async function createHome(home: string): Promise<void> {
  (await import("../../config/home.ts")).createHome(home);
}

/**
 * Lets commands of this person find the control plane that listens here, whichever its port.
 * @returns takes that back when it has ended
 */
export async function keepAddress(home: string, url: string): Promise<() => void> {
  const [{ writeSecretFile }, { rmSync }] = await Promise.all([
    import("../../config/registration.ts"),
    import("node:fs"),
  ]);
  writeSecretFile(addressPath(home), `${url}\n`);
  return () => rmSync(addressPath(home), { force: true });
}

/** Changes one setting in config.yaml. @returns what is wrong with it, or the file that holds it now */
export async function writeSetting(env: Env, name: string, value: string | null): Promise<Problems | { path: string }> {
  const [{ writeSetting: write }, files] = await Promise.all([import("../../config/write.ts"), openFiles(env, null)]);
  return write(env, files, name, value);
}

/** Keeps a person's token for GitHub, and what it is for. */
export async function keepGithubToken(
  env: Env,
  of: { token: string; repositories: readonly string[]; apiUrl: string | null },
) {
  const { keepToken } = await import("../../config/keep-token.ts");
  return keepToken(env, () => openFiles(env, null), of);
}

/** Keeps a new GitHub App for the control plane: its key in a file, the rest in config.yaml. */
export async function keepApp(env: Env, app: NewApp) {
  const { keepApp: keep } = await import("../../config/keep-app.ts");
  return keep(env, () => openFiles(env, null), app);
}

/** Writes the model's key where Claude Code's helper reads it, for the runner's owner alone. */
export async function keepModelKey(config: RunnerSettings, modelKey: string | null): Promise<void> {
  const { writeSecretFile } = await import("../../config/registration.ts");
  if (modelKey !== null && config.modelKeyFile !== null) writeSecretFile(config.modelKeyFile, modelKey);
}

/** Keeps what the server gave at registration. */
export async function keepRegistration(runnerHome: string, registration: Registration): Promise<string> {
  const { registrationPath, writeSecretFile } = await import("../../config/registration.ts");
  const path = registrationPath(runnerHome);
  writeSecretFile(path, `${JSON.stringify(registration, null, 2)}\n`);
  return path;
}
