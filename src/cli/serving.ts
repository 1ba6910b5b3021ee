import type { Logger } from "pino";
import type { Context } from "./context.ts";
import { ConfigError, FailedError } from "./errors.ts";
import { localFolder, localRunner } from "./local-runner.ts";
import type { Life } from "./long-lived.ts";
import { readRunnerSettings, readServerConfig, type ServerConfig } from "./programs/configuration.ts";
import { createHome, keepAddress, keepModelKey } from "./programs/kept.ts";
import { type RunningRunner, type RunningServer, startRunner, startServer } from "./programs/start.ts";
import type { RunnerFlags } from "./runner-flags.ts";

export type ServerFlags = { port?: string; host?: string; publicUrl?: string; home?: string; logLevel?: string };

/**
 * Whether a runner works beside the control plane: `always` fails without one, `when local` has one where no GitHub App is
 * set up, and goes on without where the machine is not ready for it.
 */
export type Beside = "always" | "when local" | "never";

/** Runs a control plane, perhaps with a runner beside it, until it is told to end. */
export async function serve(context: Context, options: ServerFlags & RunnerFlags, beside: Beside): Promise<void> {
  const reading = await readServerConfig(context, options);
  const problems = "problems" in reading ? [...reading.problems] : [];
  const isLocal = "config" in reading && reading.config.appId === null;
  const hasRunner = beside === "always" || (beside === "when local" && isLocal);
  // Told together, before anything starts.
  const forRunner = hasRunner ? await readRunnerSettings(context, options, localFolder) : null;
  if (forRunner !== null && "problems" in forRunner) problems.push(...forRunner.problems);
  if (problems.length > 0 || "problems" in reading) throw new ConfigError(distinct(problems));
  const { config } = reading;
  await createHome(config.home);
  const log = await context.openLog(config.logLevel);
  const server = await startServer(config, { log, where: context });
  const forgetAddress = await keepAddress(config.home, fromHere(server.url));
  try {
    const runner = hasRunner ? await startBeside(context, options, { config, server, log, beside }) : null;
    const begin = () => {
      context.print(`${server.url}\n`);
      // Whoever started this in the background waits for the address.
      if (context.env.CC_ORCHESTRATOR_BACKGROUND) process.send?.({ url: server.url });
      tell(context, config, runner);
    };
    await context.live({ begin, ...lifeOf(server, runner?.running ?? null) });
  } finally {
    forgetAddress();
    await server.close();
  }
}

type Beginning = { config: ServerConfig; server: RunningServer; log: Logger; beside: Beside };
type Started = { name: string; running: RunningRunner };

async function startBeside(
  context: Context,
  options: RunnerFlags,
  { config, server, log, beside }: Beginning,
): Promise<Started | null> {
  const reading = await readRunnerSettings(context, options, localFolder);
  const modelKey = "problems" in reading ? null : reading.modelKey;
  const settings = await localRunner(context, options, config.home, fromHere(server.url));
  await createHome(settings.home);
  await keepModelKey(settings, modelKey);
  try {
    return { name: settings.name, running: await startRunner(settings, { log, once: false }) };
  } catch (error) {
    if (beside === "always" || !(error instanceof FailedError)) throw error;
    context.say(`Nothing can be worked on here yet: ${error.message} ${error.advice}`.trimEnd());
    return null;
  }
}

function tell(context: Context, { appId, github }: ServerConfig, runner: Started | null): void {
  if (github) {
    context.say(`Token mode: ${github.repositories.join(", ")}; GitHub is asked every ${github.pollSeconds} s.`);
    context.say("Put the label claude on an issue there. Tasks of repositories on this machine can be made, too.");
  } else if (appId === null) {
    context.say("Local mode: no GitHub App is set up, so tasks are those of repositories on this machine.");
    context.say('In one of them: cc-orchestrator task create "What is to be done" --run');
  }
  if (runner !== null) context.say(`Runner ${runner.name} takes runs. Ctrl-C drains it and ends both.`);
}

function lifeOf(server: RunningServer, runner: RunningRunner | null): Omit<Life, "begin"> {
  if (runner === null)
    return {
      done: new Promise(() => undefined),
      drain: () => server.close(),
      stop: async () => undefined,
      draining: "Finishing the requests that are under way.",
    };
  return {
    done: runner.done,
    drain: () => runner.drain(),
    stop: () => runner.stop(),
    draining: "Draining: no new runs, those under way go on.",
  };
}

/** The server's address for programs on its own machine, where it listens on all addresses. */
function fromHere(address: string): string {
  return address.replace(/^http:\/\/(0\.0\.0\.0|\[::\])(?=:)/, "http://127.0.0.1");
}

/** Both programs read the same file, so each tells of its mistakes. */
function distinct(problems: ConfigError["problems"]): ConfigError["problems"] {
  const textOf = ({ key, sentence }: ConfigError["problems"][number]) => `${key}\n${sentence}`;
  return problems.filter((one, at) => problems.findIndex((other) => textOf(other) === textOf(one)) === at);
}
