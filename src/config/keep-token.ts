import { dirname } from "node:path";
import { configPath, type Environment, type Files, githubTokenPath } from "./files.ts";
import { createHome } from "./home.ts";
import { writeSecretFile } from "./registration.ts";
import type { ConfigProblem } from "./setting.ts";
import { writeSetting } from "./write.ts";

/**
 * Keeps a token in a file of its own, for its owner alone, and says in config.yaml where it is and what it is for.
 * @param of.apiUrl of a GitHub that is not the usual one: the token must never be sent to another
 * @param readAgain gives the files as they are after each change
 */
export async function keepToken(
  env: Environment,
  readAgain: () => Promise<Files>,
  of: { token: string; repositories: readonly string[]; apiUrl: string | null },
): Promise<{ tokenPath: string; path: string } | { problems: ConfigProblem[] }> {
  const tokenPath = githubTokenPath(env);
  createHome(dirname(tokenPath));
  writeSecretFile(tokenPath, `${of.token}\n`);
  let path = configPath(env);
  const settings: [string, string][] = [
    ["github.token_path", JSON.stringify(tokenPath)],
    ["github.repositories", JSON.stringify(of.repositories)],
    ...(of.apiUrl === null ? [] : ([["server.github_api_url", JSON.stringify(of.apiUrl)]] as [string, string][])),
  ];
  for (const [name, value] of settings) {
    const written = writeSetting(env, await readAgain(), name, value);
    if ("problems" in written) return written;
    path = written.path;
  }
  return { tokenPath, path };
}
