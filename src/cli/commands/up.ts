import type { Command } from "commander";
import { openClient, RefusedError } from "#protocol/client.ts";
import type { Context } from "../context.ts";
import { ConfigError } from "../errors.ts";
import {
  createHome,
  keepModelKey,
  type RunnerConfig,
  readOperatorToken,
  readRunnerConfig,
  readRunnerSettings,
  readServerConfig,
  startRunner,
  startServer,
} from "../programs.ts";
import { registerRunner } from "../registering.ts";
import { type RunnerFlags, withRunnerFlags } from "../runner-flags.ts";

type Options = RunnerFlags & { port?: string; host?: string; publicUrl?: string };

/** The runner that `up` starts keeps its registration apart from one that this machine has with another server. */
const folder = "local-runner";

export function register(command: Command, context: Context): void {
  withRunnerFlags(command)
    .option("--port <number>", "port to listen on (PORT; default 8080)")
    .option("--host <address>", "address to listen on (HOST; default 127.0.0.1)")
    .option("--public-url <url>", "where people reach it (CC_ORCHESTRATOR_PUBLIC_URL)")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const [forServer, forRunner] = await Promise.all([
    readServerConfig(context, options),
    readRunnerSettings(context, options, folder),
  ]);
  const problems = [forServer, forRunner].flatMap((reading) => ("problems" in reading ? reading.problems : []));
  if ("problems" in forServer || "problems" in forRunner) throw new ConfigError(problems);
  const { config } = forServer;
  await createHome(config.home);
  const log = await context.openLog(config.logLevel);
  const server = await startServer(config, { log });
  try {
    const settings = await registered(context, options, config.home, fromHere(server.url));
    await createHome(settings.home);
    await keepModelKey(settings, forRunner.modelKey);
    const runner = await startRunner(settings, { log, once: false });
    context.print(`${server.url}\n`);
    context.say(`Runner ${settings.name} takes runs. Ctrl-C drains it and ends both.`);
    await context.live({
      done: runner.done,
      drain: () => runner.drain(),
      stop: () => runner.stop(),
      draining: "Draining: no new runs, those under way go on.",
    });
  } finally {
    await server.close();
  }
}

/** The local runner's configuration, after registering it where the server does not know it (any more). */
async function registered(context: Context, options: Options, home: string, server: string): Promise<RunnerConfig> {
  const known = await readRunnerConfig(context, options, folder);
  if ("config" in known && (await isKnown(server, known.config.credential))) return { ...known.config, server };
  const reading = await readRunnerSettings(context, options, folder);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { token } = await openClient(server, await readOperatorToken(home))("createRunnerToken");
  await registerRunner(openClient(server, null), server, token, reading.config);
  const now = await readRunnerConfig(context, options, folder);
  if ("problems" in now) throw new ConfigError(now.problems);
  return now.config;
}

/** The server's address for programs on its own machine, where it listens on all addresses. */
function fromHere(address: string): string {
  return address.replace(/^http:\/\/(0\.0\.0\.0|\[::\])(?=:)/, "http://127.0.0.1");
}

async function isKnown(server: string, credential: string): Promise<boolean> {
  const body = { held: [], freeSlots: 0, freeMemoryBytes: 0, freeDiskBytes: 0, draining: false };
  try {
    await openClient(server, credential)("heartbeat", { body });
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.problem.status === 401) return false;
    throw error;
  }
}
