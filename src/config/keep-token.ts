import { dirname, join } from "node:path";
import { configPath, type Environment, type Files } from "./files.ts";
import { createHome } from "./home.ts";
import { writeSecretFile } from "./registration.ts";
import type { ConfigProblem } from "./setting.ts";
import { writeSetting } from "./write.ts";

/**
 * Keeps a token in a file of its own, for its owner alone, and says in config.yaml where it is and what it is for.
 * @param readAgain gives the files as they are after each change
 */
export async function keepToken(
  env: Environment,
  readAgain: () => Promise<Files>,
  of: { token: string; repositories: readonly string[] },
): Promise<{ tokenPath: string; path: string } | { problems: ConfigProblem[] }> {
  const folder = dirname(configPath(env));
  const tokenPath = join(folder, "github.token");
  createHome(folder);
  writeSecretFile(tokenPath, `${of.token}\n`);
  let path = configPath(env);
  const settings = [
    ["github.token_path", JSON.stringify(tokenPath)],
    ["github.repositories", JSON.stringify(of.repositories)],
  ] as const;
  for (const [name, value] of settings) {
    const written = writeSetting(env, await readAgain(), name, value);
    if ("problems" in written) return written;
    path = written.path;
  }
  return { tokenPath, path };
}
