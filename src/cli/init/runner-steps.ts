import { askLine } from "../ask-line.ts";
import type { Context, OutputFlags } from "../context.ts";
import { ConfigError, UsageError } from "../errors.ts";
import { readRunnerSettings } from "../programs/configuration.ts";
import { type RegisterFlags, registerHere } from "../register-here.ts";
import { installStart, isServiceWanted, serviceFor } from "../system-start.ts";

export type RunnerWishes = RegisterFlags & OutputFlags & { yes?: true; install?: boolean };

/** Makes this machine a runner of a server: asks for what is not said, registers, and offers to have it started. */
export async function joinServer(context: Context, options: RunnerWishes): Promise<void> {
  const reading = await readRunnerSettings(context, options, "runner");
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const server = options.server ?? (await serverAsked(context, options, reading.config.server));
  const registered = await registerHere(context, { ...options, server }, { isAsked: options.json !== true });
  const { name, path } = registered;
  if (!options.json) context.say(`Registered as ${name} with ${server}; its credential is in ${path}, for you alone.`);
  const isInstalled = await installed(context, options);
  if (options.json) return context.printJson({ ...registered, installed: isInstalled });
  context.print(`${name}\n`);
  if (!isInstalled) context.say("Start it: cc-orchestrator runner start. Or later: cc-orchestrator runner install");
  context.say("Look whether this machine has all it needs: cc-orchestrator doctor");
}

/** @param known by the environment, config.yaml or an earlier registration */
async function serverAsked(context: Context, { json }: RunnerWishes, known: string | null): Promise<string> {
  const question = known === null ? "Which server is it to work for (https://…)" : "Which server is it to work for";
  const server = json ? known : ((await askLine(context, question, known)) ?? known);
  if (server !== null) return server;
  throw new UsageError("It is not said which server this runner is to work for.", "Give its address with --server.");
}

async function installed(context: Context, options: RunnerWishes): Promise<boolean> {
  const isAgreed = options.yes === true;
  if (options.install === false || (!isAgreed && (options.json || context.terminal === null))) return false;
  const file = serviceFor(context, options);
  if (!options.json && !(await isServiceWanted(context, file, isAgreed))) return false;
  await installStart(context, file);
  return true;
}
