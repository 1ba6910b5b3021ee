import type { Command } from "commander";
import { openClient } from "#protocol/client.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { type Check, renderChecks } from "../doctor/check.ts";
import { checkApp } from "../doctor/github.ts";
import { checkMachine } from "../doctor/machine.ts";
import { checkServer } from "../doctor/server.ts";
import { checkTools } from "../doctor/tools.ts";
import { exitCodes } from "../exit-codes.ts";
import { defaultServer, readAccess, readRunnerSettings, readServerConfig } from "../programs.ts";

type Options = ClientFlags & OutputFlags & { claude?: string; home?: string };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--claude <program>", "Claude Code's program (default: claude on the PATH)")
    .option("--home <folder>", "folder of the state (CC_ORCHESTRATOR_HOME)")
    .addHelpText("after", "\nEnds with 1 when something is missing.")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const parts = await Promise.all([ofRunner(context, options), ofServer(context, options), ofApp(context, options)]);
  const isFirst = (check: Check, at: number, all: readonly Check[]) =>
    all.findIndex(({ name, found }) => name === check.name && found === check.found) === at;
  // Both programs read the same file, so each tells of its mistakes.
  const checks = parts.flat().filter(isFirst);
  const missing = checks.filter(({ verdict }) => verdict === "missing").length;
  context.exitCode = missing === 0 ? exitCodes.done : exitCodes.failed;
  if (options.json) return context.printJson({ ok: missing === 0, checks });
  context.print(renderChecks(checks));
  context.say(
    missing === 0 ? "Nothing is missing." : `${missing} ${missing === 1 ? "thing is" : "things are"} missing.`,
  );
}

async function ofRunner(context: Context, { claude, home }: Options): Promise<Check[]> {
  const flags = { ...(claude === undefined ? {} : { claude }), ...(home === undefined ? {} : { home }) };
  const reading = await readRunnerSettings(context, flags, "runner");
  if ("problems" in reading) {
    const tools = await checkTools(context.env, { program: claude ?? "claude", hasKey: false, keyName: "" });
    return [...tools, ...reading.problems.map(problemCheck)];
  }
  const { config, modelKey } = reading;
  const keyName = modelKey === null ? (config.modelKeyFile ?? "") : "ANTHROPIC_API_KEY";
  const key = { hasKey: config.modelKeyFile !== null, keyName };
  const [tools, machine] = await Promise.all([
    checkTools(context.env, { program: config.claude, ...key }),
    checkMachine(config.home),
  ]);
  return [...tools, ...machine];
}

async function ofServer(context: Context, { server: given, profile }: Options): Promise<Check[]> {
  const access = await readAccess(context.env, { server: given, profile });
  if ("problems" in access) return access.problems.map(problemCheck);
  const { server, token } = access;
  return checkServer(openClient(server, token), server, server !== defaultServer);
}

/** Only where a control plane is set up: a runner's machine has no App. */
async function ofApp(context: Context, { home }: Options): Promise<Check[]> {
  const reading = await readServerConfig(context, home === undefined ? {} : { home });
  if ("problems" in reading) return reading.problems.map(problemCheck);
  if (reading.config.appId !== null) return checkApp(reading.config, context.now);
  const advice = "Only needed for GitHub, by the control plane: cc-orchestrator init --app";
  return [{ name: "GitHub App", verdict: "note", found: "not set up here", advice }];
}

function problemCheck({ key, sentence, advice }: { key: string; sentence: string; advice: string }): Check {
  return { name: "configuration", verdict: "missing", found: `${key}: ${sentence}`, advice };
}
