import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ConfigError } from "../errors.ts";
import { readRunnerConfig } from "../programs/configuration.ts";
import { createHome, keepModelKey } from "../programs/kept.ts";
import { startRunner } from "../programs/start.ts";

type Options = { once?: true; slots?: string; home?: string; claude?: string; logLevel?: string };

export function register(command: Command, context: Context): void {
  command
    .option("--once", "end after one run")
    .option("--slots <number>", "how many instances of Claude Code at a time")
    .option("--home <folder>", "folder of its state (CC_ORCHESTRATOR_HOME)")
    .option("--claude <program>", "Claude Code's program (default: claude on the PATH)")
    .option("--log-level <level>", "fatal, error, warn, info, debug, trace or silent (LOG_LEVEL)")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const reading = await readRunnerConfig(context, options, "runner");
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { config, modelKey } = reading;
  await createHome(config.home);
  await keepModelKey(config, modelKey);
  const log = await context.openLog(config.logLevel);
  const runner = await startRunner(config, { log, once: options.once === true });
  await context.live({
    begin: () => context.say(`Runner ${config.name} works for ${config.server}.`),
    done: runner.done,
    drain: () => runner.drain(),
    stop: () => runner.stop(),
    draining: "Draining: no new runs, those under way go on.",
  });
}
