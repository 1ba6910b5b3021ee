import type { Context } from "../context.ts";
import { readRunnerSettings } from "../programs/configuration.ts";
import type { Check } from "./check.ts";
import { checkMachine } from "./machine.ts";
import { checkTools } from "./tools.ts";

export type Wishes = { claude?: string; home?: string };

/** Whether a runner could work here: its programs, Claude Code's login, its state and the machine's room. */
export async function checkHere(context: Context, wishes: Wishes): Promise<Check[]> {
  const { tools, problems, home } = await look(context, wishes);
  const machine = home === null ? [] : checkMachine(home);
  return [...(await tools), ...(await machine), ...problems];
}

/** The programs and the login alone, and what is wrong with the configuration. */
export async function checkToolsHere(context: Context): Promise<Check[]> {
  const { tools, problems } = await look(context, {});
  return [...(await tools), ...problems];
}

async function look(context: Context, { claude, home }: Wishes) {
  const flags = { ...(claude === undefined ? {} : { claude }), ...(home === undefined ? {} : { home }) };
  const reading = await readRunnerSettings(context, flags, "runner");
  if ("problems" in reading) {
    const tools = checkTools(context.env, { program: claude ?? "claude", hasKey: false, keyName: "" });
    return { tools, problems: reading.problems.map(problemCheck), home: null };
  }
  const { config, modelKey } = reading;
  const keyName = modelKey === null ? (config.modelKeyFile ?? "") : "ANTHROPIC_API_KEY";
  const tools = checkTools(context.env, { program: config.claude, hasKey: config.modelKeyFile !== null, keyName });
  return { tools, problems: [], home: config.home };
}

/** A mistake in the configuration. */
export function problemCheck({ key, sentence, advice }: { key: string; sentence: string; advice: string }): Check {
  return { name: "configuration", verdict: "missing", found: `${key}: ${sentence}`, advice };
}
