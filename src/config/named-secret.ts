import type { Environment, Files } from "./files.ts";
import { secretFile } from "./secrets.ts";
import type { ConfigProblem } from "./setting.ts";

/**
 * A secret of an integration: that of the environment, else of the file that is named; empty where there is neither.
 * @param path as it is written, with `~/` for the person's home
 */
export function namedSecret(
  key: string,
  of: { path: string | undefined; variable: string },
  env: Environment,
  files: Files,
): string | ConfigProblem {
  const { path, variable } = of;
  const file = path === undefined ? null : secretFile(key, path.replace(/^~(?=\/)/, files.personHome), files);
  if (file !== null && "sentence" in file) return file;
  return (env[variable] ?? file?.content ?? "").trim();
}
