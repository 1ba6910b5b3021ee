import type { Environment, Files } from "./files.ts";
import { nearestOf } from "./nearest.ts";
import type { ConfigProblem, Setting, Settings, ValuesOf } from "./setting.ts";

/** Values of a command's flags by their names in camel case. */
export type Flags = Readonly<Record<string, unknown>>;

/** Where a value comes from, in words: "the flag --port", "PORT in the environment", "the default". */
export type Origins = Readonly<Record<string, string>>;

/** Values of settings without a problem are there, the others are not. */
export type ReadSettings<S extends Settings> = {
  values: Partial<ValuesOf<S>>;
  origins: Origins;
  problems: ConfigProblem[];
};

type Found = { raw: unknown; origin: string; key: string; isExposed: boolean };

/**
 * Reads every setting of the table from the flags, the environment, `.env` and config.yaml, in that order;
 * an empty variable counts as not set.
 */
export function readSettings<S extends Settings>(
  settings: S,
  env: Environment,
  files: Files,
  flags: Flags,
): ReadSettings<S> {
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  const problems: ConfigProblem[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const found = find(setting, env, files, flags);
    if (found === null) {
      if ("fallback" in setting) {
        values[name] = setting.fallback;
        origins[name] = "the default";
      } else {
        problems.push({ key: nameOf(setting), ...(setting.whenMissing ?? missing(setting)) });
      }
      continue;
    }
    origins[name] = found.origin;
    if (setting.secret === true && found.isExposed) {
      problems.push({
        key: found.key,
        sentence: `This secret stands in a file that other users of the machine can read (${found.origin}).`,
        advice: "Make the file yours alone (chmod 600), and change the secret if others may have seen it.",
      });
      continue;
    }
    const parsed = setting.parse(found.raw);
    if ("value" in parsed) values[name] = parsed.value;
    else problems.push({ key: found.key, sentence: parsed.sentence, advice: parsed.advice });
  }
  return { values: values as Partial<ValuesOf<S>>, origins, problems };
}

/** Entries of config.yaml that no setting has, each with the nearest name that one has. */
export function unknownEntries(files: Files, tables: readonly Settings[]): ConfigProblem[] {
  if (files.yaml === null || files.yaml.content === null) return [];
  const known = tables.flatMap((table) => Object.values(table).flatMap(({ entry }) => (entry === null ? [] : [entry])));
  const { path } = files.yaml;
  return leavesOf(files.yaml.content, known).map((entry) => {
    const nearest = nearestOf(entry, known);
    return {
      key: `${entry} in ${path}`,
      sentence: entry === "" ? "This file must hold named settings." : "There is no setting of this name.",
      advice: nearest === null ? `The settings are: ${known.join(", ")}.` : `Did you mean ${nearest}?`,
    };
  });
}

function find(setting: Setting<unknown>, env: Environment, files: Files, flags: Flags): Found | null {
  const flag = setting.flag === undefined ? undefined : flags[camelCaseOf(setting.flag)];
  if (flag !== undefined) {
    const key = `--${setting.flag}`;
    return { raw: flag, origin: `the flag ${key}`, key, isExposed: false };
  }
  for (const key of setting.variables)
    if (env[key]) return { raw: env[key], origin: `${key} in the environment`, key, isExposed: false };
  const { dotenv, yaml } = files;
  for (const key of dotenv === null ? [] : setting.variables)
    if (dotenv?.content[key])
      return { raw: dotenv.content[key], origin: `${key} in ${dotenv.path}`, key, isExposed: dotenv.isExposed };
  const raw = setting.entry === null || yaml === null ? undefined : at(yaml.content, setting.entry);
  if (raw === undefined || raw === null || yaml === null) return null;
  const key = `${setting.entry} in ${yaml.path}`;
  return { raw, origin: key, key, isExposed: yaml.isExposed };
}

/** As the command line's parser names a flag's value. */
function camelCaseOf(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function nameOf(setting: Setting<unknown>): string {
  return setting.variables[0] ?? setting.entry ?? `--${setting.flag}`;
}

function missing(setting: Setting<unknown>) {
  return { sentence: "This is required, and it is not set.", advice: `Set ${nameOf(setting)}.` };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at(content: unknown, entry: string): unknown {
  let value = content;
  for (const part of entry.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** Dotted paths in `content` that are neither known nor on the way to a known one. */
function leavesOf(content: unknown, known: readonly string[], prefix = ""): string[] {
  if (!isObject(content)) return [prefix];
  return Object.entries(content).flatMap(([key, value]) => {
    const entry = prefix === "" ? key : `${prefix}.${key}`;
    if (known.includes(entry)) return [];
    const isSection = known.some((one) => one.startsWith(`${entry}.`));
    if (!isSection) return [entry];
    return value === null ? [] : leavesOf(value, known, entry);
  });
}
