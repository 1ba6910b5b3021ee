import { dirname } from "node:path";
import { parse, parseDocument } from "yaml";
import { configPath, type Environment, type Files } from "./files.ts";
import { createHome } from "./home.ts";
import { nearestOf } from "./nearest.ts";
import { writeSecretFile } from "./registration.ts";
import { runnerSettings } from "./runner-settings.ts";
import { configModeline } from "./schemas.ts";
import { serverSettings } from "./server-settings.ts";
import type { ConfigProblem, Setting } from "./setting.ts";
import { clientSettings, mayGoRemote } from "./settings.ts";

/**
 * Writes one setting into config.yaml, leaving its other lines and comments as they are; null takes it out. A value that
 * the program would refuse is not written.
 * @param name as config.yaml has it (`server.port`), or one of its variables (`PORT`)
 */
export function writeSetting(
  env: Environment,
  files: Files,
  name: string,
  raw: string | null,
): { path: string } | { problems: ConfigProblem[] } {
  const path = configPath(env);
  if (files.problems.length > 0) return { problems: [...files.problems] };
  const settings = settingsOf(env, files);
  const setting = settings.find(({ entry, variables }) => entry === name || variables.includes(name));
  const key = setting?.entry ?? null;
  if (setting === undefined || key === null) return { problems: [unknown(name, settings)] };
  const value: unknown = raw === null ? null : parse(raw);
  const parsed = raw === null ? null : setting.parse(value);
  if (parsed !== null && "sentence" in parsed) return { problems: [{ key, ...parsed }] };
  const document = parseDocument(files.yaml === null ? `${configModeline}\n` : files.read(path));
  const way = key.split(".");
  if (raw === null) document.deleteIn(way);
  else document.setIn(way, value);
  createHome(dirname(path));
  writeSecretFile(path, document.contents === null ? "" : document.toString());
  return { path };
}

function settingsOf(env: Environment, files: Files): Setting<unknown>[] {
  const allowRemote = mayGoRemote(env, files);
  return [serverSettings, runnerSettings, clientSettings].flatMap((table) =>
    Object.values(table(env, files, allowRemote)),
  );
}

function unknown(name: string, settings: readonly Setting<unknown>[]): ConfigProblem {
  const onlyVariable = settings.find(({ entry, variables }) => entry === null && variables.includes(name));
  if (onlyVariable !== undefined)
    return { key: name, sentence: "config.yaml may not hold this.", advice: "Set it in the environment." };
  const nearest = nearestOf(
    name,
    settings.flatMap(({ entry }) => entry ?? []),
  );
  return {
    key: name,
    sentence: "There is no setting of this name.",
    advice: nearest === null ? "See all: cc-orchestrator config show --origin" : `Did you mean ${nearest}?`,
  };
}
