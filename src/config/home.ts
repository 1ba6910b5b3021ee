import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Files, realPathOf } from "./files.ts";
import type { ConfigProblem } from "./setting.ts";

/** Why state may not be kept in this folder; null when it may (S53). */
export function homeProblem(home: string, files: Files): ConfigProblem | null {
  const key = "CC_ORCHESTRATOR_HOME";
  const real = realPathOf(home);
  const facts = files.look(real);
  if (facts !== null && !facts.isDirectory)
    return { key, sentence: `${home} is not a folder.`, advice: "Name a folder of its own for the state." };
  if (facts !== null && files.uid !== null && facts.uid !== files.uid)
    return {
      key,
      sentence: `${home} belongs to another user of the machine.`,
      advice: "Name a folder of your own, or start this as the folder's owner.",
    };
  if (facts !== null && (facts.mode & 0o077) !== 0)
    return {
      key,
      sentence: `Other users of the machine can look into ${home}, where keys and tokens are kept.`,
      advice: `Run: chmod 700 ${home}`,
    };
  const repository = repositoryAround(real);
  if (repository !== null)
    return {
      key,
      sentence: `${home} lies inside the git repository ${repository}, where its secrets could be committed.`,
      advice: "Name a folder outside of any repository.",
    };
  return null;
}

/** Makes the folder with everything above it, for its owner alone. Safe to repeat. */
export function createHome(home: string): void {
  if (mkdirSync(home, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(home, 0o700);
}

function repositoryAround(path: string): string | null {
  if (existsSync(join(path, ".git"))) return path;
  const parent = dirname(path);
  return parent === path ? null : repositoryAround(parent);
}
