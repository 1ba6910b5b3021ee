import { parseArgs } from "node:util";
import { type FaultName, faultNames } from "./faults.ts";

export type ChaosOptions = {
  seeds: number[];
  /** So long are issues labelled and faults done, at most. */
  minutes: number;
  /** So many issues are labelled, at most. */
  tasks: number;
  faults: FaultName[];
  runners: number;
  /** Of each runner. */
  slots: number;
  json: boolean;
  /** Leave everything on disk, also when it went well. */
  keep: boolean;
};

export const usage = `npm run chaos -- [--seed N | --seeds N,M,…] [--minutes M] [--tasks K] [--faults a,b] [--runners R] [--slots S]
                 [--json] [--keep]
Faults: ${faultNames.join(", ")}.`;

/** @throws Error that says what may be written */
export function readOptions(args: readonly string[]): ChaosOptions {
  const values = valuesOf(args);
  const isBounded = values.minutes !== undefined || values.tasks !== undefined;
  return {
    seeds: (values.seeds ?? values.seed ?? "1").split(",").map((seed) => wholeNumber("--seed", seed, 0)),
    minutes: values.minutes === undefined ? 60 : positive("--minutes", values.minutes),
    tasks: values.tasks === undefined ? (isBounded ? 100_000 : 6) : wholeNumber("--tasks", values.tasks, 1),
    faults: values.faults === undefined ? [...faultNames] : faultsOf(values.faults),
    runners: wholeNumber("--runners", values.runners, 1),
    slots: wholeNumber("--slots", values.slots, 1),
    json: values.json,
    keep: values.keep,
  };
}

function valuesOf(args: readonly string[]) {
  const options = {
    seed: { type: "string" },
    seeds: { type: "string" },
    minutes: { type: "string" },
    tasks: { type: "string" },
    faults: { type: "string" },
    runners: { type: "string", default: "2" },
    slots: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function faultsOf(list: string): FaultName[] {
  const names = list.split(",").filter((name) => name !== "" && name !== "none");
  return names.map((name) => {
    const known = faultNames.find((one) => one === name);
    if (known === undefined) throw new Error(`There is no fault ${name}.\n${usage}`);
    return known;
  });
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${flag} ${text}: write a number above 0.\n${usage}`);
  return value;
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`${flag} ${text}: write a whole number from ${least} on.\n${usage}`);
  }
  return value;
}
