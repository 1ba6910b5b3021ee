import { dirname } from "node:path";
import type { Environment } from "./files.ts";
import { createHome } from "./home.ts";
import { type Profiles, profilesPath } from "./profiles.ts";
import { writeSecretFile } from "./registration.ts";

/** Writes what is kept of log-ins, for its owner alone. @returns the file */
export function keepProfiles(env: Environment, profiles: Profiles): string {
  const path = profilesPath(env);
  createHome(dirname(path));
  writeSecretFile(path, `${JSON.stringify(profiles, null, 2)}\n`);
  return path;
}
