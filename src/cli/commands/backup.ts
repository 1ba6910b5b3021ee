import { resolve } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ConfigError } from "../errors.ts";
import { readHome } from "../programs/configuration.ts";
import { backUpState } from "../programs/state.ts";

type Options = { home?: string };

export function register(command: Command, context: Context): void {
  command
    .argument("<file>", "where the copy goes; an older copy is replaced")
    .option("--home <folder>", "folder of the server's state (CC_ORCHESTRATOR_HOME)")
    .action((file: string, options: Options) => run(context, file, options));
}

async function run(context: Context, file: string, options: Options): Promise<void> {
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const to = resolve(context.folder, file);
  await context.busy("copying the state", () => backUpState(reading.home, to));
  context.print(`${to}\n`);
  context.say(`Logs, operator.token and marker.key are plain files in ${reading.home}: copy them as well.`);
}
