import { dirname, join, resolve } from "node:path";
import type { ConfigProblem } from "./setting.ts";

// Not by `import`, which would also load all that hangs on these two: promises, streams, readline, workers. That takes
// as long as everything else that a short command does.
const { lstatSync, readFileSync, realpathSync, statSync } = process.getBuiltinModule("node:fs");
const { parseEnv } = process.getBuiltinModule("node:util");

export type Environment = Readonly<Record<string, string | undefined>>;

export type FileFacts = { mode: number; uid: number; isDirectory: boolean };

/** A file that holds settings. `isExposed`: others than its owner can read it, so it may hold no secret. */
export type SettingsFile<T> = { path: string; content: T; isExposed: boolean };

/** What configuration reads from the machine. */
export type Files = {
  dotenv: SettingsFile<Record<string, string | undefined>> | null;
  yaml: SettingsFile<unknown> | null;
  /** What could not be read as what it should be. */
  problems: readonly ConfigProblem[];
  /** Follows symbolic links; null when there is nothing. */
  look: (path: string) => FileFacts | null;
  /** @throws the system's error when it cannot be read */
  read: (path: string) => string;
  /** This process's user; null where the system has no such thing. */
  uid: number | null;
  /** The person's home folder. */
  personHome: string;
  hostname: string;
};

/** Where config.yaml is looked for: CC_ORCHESTRATOR_CONFIG, or below XDG_CONFIG_HOME (~/.config). */
export function configPath(env: Environment): string {
  if (env.CC_ORCHESTRATOR_CONFIG) return resolve(env.CC_ORCHESTRATOR_CONFIG);
  return join(env.XDG_CONFIG_HOME || join(personHome(env), ".config"), "cc-orchestrator", "config.yaml");
}

/** Where `init --token` keeps a person's token for GitHub: beside config.yaml. */
export function githubTokenPath(env: Environment): string {
  return join(dirname(configPath(env)), "github.token");
}

/** Where state is kept unless the operator says otherwise: below XDG_STATE_HOME (~/.local/state). */
export function defaultHome(env: Environment): string {
  return join(env.XDG_STATE_HOME || join(personHome(env), ".local", "state"), "cc-orchestrator");
}

/**
 * Reads config.yaml and, when `workingDirectory` is given, the `.env` there.
 * Files that cannot be parsed become problems, not exceptions.
 */
export async function openFiles(env: Environment, workingDirectory: string | null): Promise<Files> {
  const uid = process.getuid?.() ?? null;
  const problems: ConfigProblem[] = [];
  return {
    dotenv: workingDirectory === null ? null : readDotenv(join(workingDirectory, ".env"), uid, problems),
    yaml: await readYaml(configPath(env), env.CC_ORCHESTRATOR_CONFIG !== undefined, uid, problems),
    problems,
    look,
    read: (path) => readFileSync(path, "utf8"),
    uid,
    personHome: personHome(env),
    get hostname() {
      return process.getBuiltinModule("node:os").hostname();
    },
  };
}

function personHome(env: Environment): string {
  return env.HOME || "/";
}

function readDotenv(path: string, uid: number | null, problems: ConfigProblem[]): Files["dotenv"] {
  const facts = look(path);
  if (facts === null || facts.isDirectory) return null;
  if (!isTrusted(path, facts, uid, problems)) return null;
  return { path, content: parseEnv(readFileSync(path, "utf8")), isExposed: (facts.mode & 0o077) !== 0 };
}

async function readYaml(
  path: string,
  isNamed: boolean,
  uid: number | null,
  problems: ConfigProblem[],
): Promise<Files["yaml"]> {
  const facts = look(path);
  if (facts === null || facts.isDirectory) {
    if (isNamed)
      problems.push({
        key: "CC_ORCHESTRATOR_CONFIG",
        sentence: `There is no file ${path}.`,
        advice: "Name an existing config.yaml, or unset CC_ORCHESTRATOR_CONFIG.",
      });
    return null;
  }
  if (!isTrusted(path, facts, uid, problems)) return null;
  // The parser is read only where there is something to parse: most commands start without it.
  const { parseYaml } = await import("./parse-yaml.ts");
  const parsed = parseYaml(readFileSync(path, "utf8"));
  if ("mistakes" in parsed) {
    const advice = "Correct that line; the file is YAML with spaces for indentation.";
    for (const mistake of parsed.mistakes)
      problems.push({ key: path, sentence: `This file is not valid YAML: ${mistake}`, advice });
    return null;
  }
  return { path, content: parsed.content, isExposed: (facts.mode & 0o077) !== 0 };
}

/** A file that others can write decides nothing here: whoever writes it would choose where our keys are sent. */
function isTrusted(path: string, facts: FileFacts, uid: number | null, problems: ConfigProblem[]): boolean {
  if (uid !== null && facts.uid !== uid && facts.uid !== 0) {
    problems.push({
      key: path,
      sentence: "This file belongs to another user of the machine, so it is not read.",
      advice: `Make it yours (chown) or start from another folder.`,
    });
    return false;
  }
  if ((facts.mode & 0o022) !== 0) {
    problems.push({
      key: path,
      sentence: "Other users of the machine can write this file, so it is not read.",
      advice: `Run: chmod 600 ${path}`,
    });
    return false;
  }
  return true;
}

function look(path: string): FileFacts | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : { mode: stat.mode & 0o7777, uid: stat.uid, isDirectory: stat.isDirectory() };
}

/** The path with its symbolic links followed as far as it exists. */
export function realPathOf(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPathOf(parent), path.slice(parent.length));
}
