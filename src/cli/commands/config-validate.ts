import type { Command } from "commander";
import type { Context, OutputFlags } from "../context.ts";
import { ConfigError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { readShownConfig } from "../programs/configuration.ts";

export function register(command: Command, context: Context): void {
  command
    .option("--json", "print JSON for programs")
    .addHelpText("after", "\nEnds with 78 when something is to be corrected.")
    .action((options: OutputFlags) => run(context, options));
}

async function run(context: Context, options: OutputFlags): Promise<void> {
  const { path, exists, problems } = await readShownConfig(context);
  if (options.json) {
    context.exitCode = problems.length === 0 ? exitCodes.done : exitCodes.configuration;
    return context.printJson({ ok: problems.length === 0, path, problems });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  context.print(`${exists ? path : "The environment"} is fine.\n`);
}
