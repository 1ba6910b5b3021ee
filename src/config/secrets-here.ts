import type { Environment, Files } from "./files.ts";
import { readIntegrations } from "./integrations.ts";
import { runnerSettings } from "./runner-settings.ts";
import { serverSettings } from "./server-settings.ts";
import type { Settings } from "./setting.ts";
import { clientSettings, mayGoRemote } from "./settings.ts";

/** Names of variables whose values nobody shows around. */
const secretName = /(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|PRIVATE_?KEY|WEBHOOK)/i;
/** Shorter words would take ordinary ones out with them. */
const shortest = 6;

/**
 * Every secret that this machine's configuration, environment and files hold, as text.
 * @param paths of files that hold secrets, as JSON or alone
 */
export function secretsHere(env: Environment, files: Files, paths: readonly string[]): string[] {
  const allowRemote = mayGoRemote(env, files);
  const tables: Settings[] = [
    serverSettings(env, files, allowRemote),
    runnerSettings(env, files, allowRemote),
    clientSettings(env, files, allowRemote),
  ];
  const settings = tables.flatMap((table) => Object.values(table)).filter(({ secret }) => secret === true);
  const written = settings.flatMap(({ entry }) => (entry === null ? [] : textsIn(at(files.yaml?.content, entry))));
  const given = Object.entries({ ...files.dotenv?.content, ...env }).flatMap(([name, value]) =>
    secretName.test(name) && value !== undefined ? [value] : [],
  );
  const { config } = readIntegrations(env, files);
  const kept = [...paths, ...keyPaths(files, env)].flatMap((path) => secretsIn(path, files));
  const all = [...written, ...given, ...kept, ...textsIn(config)];
  return [...new Set(all.map((one) => one.trim()).filter((one) => one.length >= shortest))];
}

/** Files that the configuration names as holding a key. */
function keyPaths(files: Files, env: Environment): string[] {
  const named = [env.PRIVATE_KEY_PATH, env.ANTHROPIC_API_KEY_PATH, files.dotenv?.content.PRIVATE_KEY_PATH];
  const entries = ["server.private_key_path", "runner.anthropic_api_key_path"];
  const written = entries.flatMap((entry) => textsIn(at(files.yaml?.content, entry)));
  return [...named, ...written].flatMap((path) => (path ? [path.replace(/^~(?=\/)/, files.personHome)] : []));
}

function secretsIn(path: string, files: Files): string[] {
  const facts = files.look(path);
  if (facts === null || facts.isDirectory) return [];
  const content = files.read(path);
  if (!path.endsWith(".json")) return path.endsWith(".yaml") ? [] : [content];
  try {
    return namedSecretsIn(JSON.parse(content));
  } catch {
    return [content]; // damaged: all of it is taken for a secret
  }
}

/** The values of a file's fields that are named like secrets. */
function namedSecretsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    typeof one === "string" ? (secretName.test(name) ? [one] : []) : namedSecretsIn(one),
  );
}

function textsIn(value: unknown): string[] {
  return typeof value === "string" ? [value] : namedSecretsIn(value);
}

function at(content: unknown, entry: string): unknown {
  let value = content;
  for (const part of entry.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
