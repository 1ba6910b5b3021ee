import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ConfigError } from "../errors.ts";
import { createHome, readServerConfig, startServer } from "../programs.ts";

type Options = { port?: string; host?: string; publicUrl?: string; home?: string; logLevel?: string };

export function register(command: Command, context: Context): void {
  command
    .option("--port <number>", "port to listen on (PORT; default 8080)")
    .option("--host <address>", "address to listen on (HOST; default 127.0.0.1)")
    .option("--public-url <url>", "where people reach it (CC_ORCHESTRATOR_PUBLIC_URL)")
    .option("--home <folder>", "folder of its state (CC_ORCHESTRATOR_HOME)")
    .option("--log-level <level>", "fatal, error, warn, info, debug, trace or silent (LOG_LEVEL)")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const reading = await readServerConfig(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { config } = reading;
  await createHome(config.home);
  const server = await startServer(config, { log: await context.openLog(config.logLevel) });
  context.print(`${server.url}\n`);
  await context.live({
    done: new Promise(() => undefined),
    drain: () => server.close(),
    stop: async () => undefined,
    draining: "Finishing the requests that are under way.",
  });
}
