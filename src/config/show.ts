import type { Environment, Files } from "./files.ts";
import { homeProblem } from "./home.ts";
import { readSettings, unknownEntries } from "./read.ts";
import { runnerSettings } from "./runner-settings.ts";
import { serverSettings } from "./server-settings.ts";
import type { ConfigProblem, Settings } from "./setting.ts";
import { clientSettings, mayGoRemote } from "./settings.ts";

/** One setting as it stands: where it may be written, what holds, and who said so. */
export type ShownSetting = {
  /** Dotted path in config.yaml, or the variable where the file may not hold it. */
  name: string;
  /** Null when nothing is set and there is no default; "set" for a secret, whatever it is. */
  value: string | number | boolean | readonly string[] | null;
  /** In words: "the default", "PORT in the environment", "not set". */
  origin: string;
  variables: readonly string[];
  isSecret: boolean;
};

export type ShownConfig = { settings: readonly ShownSetting[]; problems: readonly ConfigProblem[] };

/**
 * Every setting there is, and everything that is wrong with what is written. What is only required by a program that
 * nobody has set up here is no problem: a runner's machine has no App.
 */
export function showConfig(env: Environment, files: Files): ShownConfig {
  const allowRemote = mayGoRemote(env, files);
  const tables: Settings[] = [
    serverSettings(env, files, allowRemote),
    runnerSettings(env, files, allowRemote),
    clientSettings(env, files, allowRemote),
  ];
  const shown = new Map<string, ShownSetting>();
  const problems = new Map<string, ConfigProblem>();
  const add = (found: readonly ConfigProblem[]) => {
    for (const problem of found) problems.set(`${problem.key}\n${problem.sentence}`, problem);
  };
  add(files.problems);
  add(unknownEntries(files, tables));
  for (const table of tables) {
    const read = readSettings(table, env, files, {});
    const values: Readonly<Record<string, unknown>> = read.values;
    for (const [key, { entry, variables, secret }] of Object.entries(table)) {
      const name = entry ?? variables[0] ?? key;
      const value = values[key];
      const origin = read.origins[key] ?? "not set";
      shown.set(name, {
        name,
        value: secret === true && value !== null && value !== undefined ? "set" : plainValue(value),
        origin: value === null && origin === "the default" ? "not set" : origin,
        variables,
        isSecret: secret === true,
      });
    }
    add(read.problems.filter(({ key }) => isWritten(key, table, read.origins)));
    if (typeof values.home === "string") add([homeProblem(values.home, files)].filter((problem) => problem !== null));
  }
  return { settings: [...shown.values()], problems: [...problems.values()] };
}

/** Whether a problem is with something written, or something is missing beside what is written. */
function isWritten(key: string, table: Settings, origins: Readonly<Record<string, string>>): boolean {
  const missing = Object.entries(table).find(
    ([name, { variables }]) => variables[0] === key && origins[name] === undefined,
  );
  if (missing === undefined) return true;
  return Object.entries(table).some(([name, setting]) => !("fallback" in setting) && origins[name] !== undefined);
}

function plainValue(value: unknown): ShownSetting["value"] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
