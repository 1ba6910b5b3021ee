import { readFileSync } from "node:fs";
import type { RunnerConfig } from "./options.ts";

/** Shorter values are regions and switches, and words of any text. */
const leastLetters = 12;

/** What may stand in nothing that leaves this machine. */
export function secretsOf({ credential, modelKeyFile, modelEnvironment = {} }: RunnerConfig): string[] {
  const key = modelKeyFile === null ? [] : [readFileSync(modelKeyFile, "utf8").trim()];
  const isSecret = ([name, value]: [string, string]) =>
    /TOKEN|SECRET|ACCESS_KEY/.test(name) && value.length >= leastLetters;
  const given = Object.entries(modelEnvironment).filter(isSecret);
  return [credential, ...key, ...given.map(([, value]) => value)];
}
