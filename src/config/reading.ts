import type { Environment, Files } from "./files.ts";
import { homeProblem } from "./home.ts";
import { type Origins, unknownEntries } from "./read.ts";
import { runnerSettings } from "./runner-settings.ts";
import { serverSettings } from "./server-settings.ts";
import type { ConfigProblem } from "./setting.ts";
import { clientSettings } from "./settings.ts";

export type Problems = { problems: readonly ConfigProblem[] };
export type Reading<C> = { config: C; origins: Origins } | Problems;

/** What is wrong with the files, and with the folder for state, whichever program reads them. */
export function commonProblems(env: Environment, files: Files, home: string | undefined): ConfigProblem[] {
  const ofHome = home === undefined ? null : homeProblem(home, files);
  return [...files.problems, ...unknownEntries(files, tables(env, files)), ...(ofHome === null ? [] : [ofHome])];
}

/** Every setting there is: one config.yaml serves all programs of a machine. */
function tables(env: Environment, files: Files) {
  return [serverSettings, runnerSettings, clientSettings].map((table) => table(env, files, true));
}

/** Each problem told once, however many settings it was found by. */
export function withoutRepeats(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ key, sentence }) => {
    const one = `${key}\n${sentence}`;
    return seen.has(one) ? false : seen.add(one) !== null;
  });
}
