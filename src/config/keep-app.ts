import { dirname, join } from "node:path";
import { configPath, type Environment, type Files } from "./files.ts";
import { createHome } from "./home.ts";
import { writeSecretFile } from "./registration.ts";
import type { ConfigProblem } from "./setting.ts";
import { writeSetting } from "./write.ts";

export type NewApp = {
  id: number;
  pem: string;
  webhookSecret: string;
  clientId: string;
  clientSecret: string;
  /** The base of GitHub's website. */
  github: string;
  /** Where the control plane can be reached; null while nobody outside can. */
  publicUrl: string | null;
};

/**
 * Keeps a new App: its key in a file of its own, the rest in config.yaml, both for their owner alone.
 * @param read config.yaml afresh, for each setting is written by itself
 */
export async function keepApp(
  env: Environment,
  read: () => Promise<Files>,
  app: NewApp,
): Promise<{ path: string; keyPath: string } | { problems: ConfigProblem[] }> {
  const path = configPath(env);
  const keyPath = join(dirname(path), `app-${app.id}.private-key.pem`);
  createHome(dirname(path));
  writeSecretFile(keyPath, app.pem);
  const settings: [string, string][] = [
    ["server.app_id", String(app.id)],
    ["server.private_key_path", JSON.stringify(keyPath)],
    ["server.webhook_secret", JSON.stringify(app.webhookSecret)],
    ["server.client_id", JSON.stringify(app.clientId)],
    ["server.client_secret", JSON.stringify(app.clientSecret)],
    ...(app.publicUrl === null ? [] : ([["server.public_url", app.publicUrl]] as [string, string][])),
    ...(app.github === "https://github.com"
      ? []
      : ([["server.github_api_url", `${app.github}/api/v3`]] as [string, string][])),
  ];
  for (const [name, value] of settings) {
    const written = writeSetting(env, await read(), name, value);
    if ("problems" in written) return written;
  }
  return { path, keyPath };
}
