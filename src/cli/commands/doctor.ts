import type { Command } from "commander";
import { openClient } from "#protocol/client.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { type Check, type CheckShown, renderChecks, shownOf } from "../doctor/check.ts";
import { checkDashboard } from "../doctor/dashboard.ts";
import { checkApp } from "../doctor/github.ts";
import { checkToken } from "../doctor/github-token.ts";
import { checkLabel } from "../doctor/issue-label.ts";
import { checkLeftOver } from "../doctor/left-over.ts";
import { checkHere, problemCheck } from "../doctor/of-machine.ts";
import { checkPrivate } from "../doctor/private-files.ts";
import { checkServer } from "../doctor/server.ts";
import { ConfigError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { plainLine } from "../plain.ts";
import { defaultServer, readAccess, readHome, readServerConfig } from "../programs/configuration.ts";
import { privatePlaces } from "../programs/here.ts";

type Options = ClientFlags & OutputFlags & { claude?: string; home?: string; fix?: true; bundle?: string };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--claude <program>", "Claude Code's program (default: claude on the PATH)")
    .option("--home <folder>", "folder of the state (CC_ORCHESTRATOR_HOME)")
    .option("--fix", "mend what can be mended: modes of files, what runners left, the issue label, the dashboard")
    .option("--bundle <file>", "write what somebody who helps needs to see, without secrets, as a .tar.gz")
    .addHelpText(
      "after",
      `
Ends with 1 when something is missing.`,
    )
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const seen = () => context.busy("looking at this machine", () => look(context, options));
  const found = await seen();
  const fixed = options.fix
    ? await context.busy("mending what can be mended", () => mend(found))
    : { done: [], failed: [] };
  const checks = fixed.done.length > 0 ? await seen() : found;
  const shown = checks.map(shownOf);
  const bundle =
    options.bundle === undefined ? null : await bundled(context, { ...options, bundle: options.bundle }, shown);
  const missing = checks.filter(({ verdict }) => verdict === "missing").length;
  context.exitCode = missing === 0 ? exitCodes.done : exitCodes.failed;
  if (options.json)
    return context.printJson({
      ...{ ok: missing === 0, checks: shown },
      ...(options.fix ? { fixed } : {}),
      ...(bundle === null ? {} : { bundle }),
    });
  context.print(renderChecks(checks, context.columns));
  for (const done of fixed.done) context.say(`Mended: ${done}`);
  for (const failed of fixed.failed) context.say(`Not mended: ${failed}`);
  const fixable = options.fix ? 0 : checks.filter(({ fix }) => fix !== undefined).length;
  if (fixable > 0)
    context.say(`${fixable} ${fixable === 1 ? "thing" : "things"} can be mended for you: cc-orchestrator doctor --fix`);
  context.say(
    missing === 0 ? "Nothing is missing." : `${missing} ${missing === 1 ? "thing is" : "things are"} missing.`,
  );
  if (bundle !== null) context.say(`Written to ${bundle}, without what is known to be secret. Look through it first.`);
}

async function look(context: Context, options: Options): Promise<Check[]> {
  const home = await homeOf(context, options);
  const parts = await Promise.all([
    privatePlaces(context.env, home).then(checkPrivate),
    checkHere(context, options),
    checkLeftOver(home),
    checkDashboard(context),
    ofServer(context, options),
    ofApp(context, options),
    checkLabel(context),
  ]);
  const isFirst = (check: Check, at: number, all: readonly Check[]) =>
    all.findIndex((one) => (one.name === check.name && one.found === check.found) || isSameCure(one, check)) === at;
  // Both programs read the same file, so each tells of its mistakes.
  return parts.flat().filter(isFirst);
}

/** Modes are looked at by themselves, and by whoever reads the file. */
function isSameCure({ advice }: Check, other: Check): boolean {
  return advice !== undefined && advice === other.advice && advice.startsWith("Run: chmod");
}

async function mend(checks: readonly Check[]): Promise<{ done: string[]; failed: string[] }> {
  const done: string[] = [];
  const failed: string[] = [];
  for (const { fix, found } of checks) {
    if (fix === undefined) continue;
    try {
      await fix.apply();
      done.push(fix.done);
    } catch (error) {
      failed.push(`${found}: ${plainLine(error instanceof Error ? error.message : String(error))}`);
    }
  }
  return { done, failed };
}

async function bundled(
  context: Context,
  { bundle, ...options }: Options & { bundle: string },
  checks: readonly CheckShown[],
): Promise<string> {
  const access = await readAccess(context.env, options);
  const call = "problems" in access ? null : openClient(access.server, access.token);
  const { writeBundle } = await import("../doctor/bundle.ts");
  const home = await homeOf(context, options);
  const written = () => writeBundle(context, { path: bundle, home, checks, call });
  return (await context.busy("putting the archive together", written)).path;
}

async function homeOf(context: Context, options: Options): Promise<string> {
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  return reading.home;
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
  const { github, githubApiUrl } = reading.config;
  if (github) return checkToken(github, githubApiUrl, context.now);
  const advice = "Only needed for GitHub, by the control plane: cc-orchestrator init --app, or init --token";
  return [{ name: "GitHub App", verdict: "note", found: "not set up here", advice }];
}
