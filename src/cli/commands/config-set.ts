import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ConfigError, UsageError } from "../errors.ts";
import { writeSetting } from "../programs/kept.ts";

type Options = { unset?: true };

export function register(command: Command, context: Context): void {
  command
    .argument("<setting>", "its name, as server.port or PORT")
    .argument("[value]", "as it would stand in config.yaml")
    .option("--unset", "take it out, so that its default holds")
    .action((name: string, value: string | undefined, options: Options) => run(context, name, value, options));
}

async function run(context: Context, name: string, value: string | undefined, options: Options): Promise<void> {
  if ((value === undefined) !== (options.unset === true))
    throw new UsageError("It is not said what to set it to.", "Give a value, or --unset.");
  const written = await writeSetting(context.env, name, value ?? null);
  if ("problems" in written) throw new ConfigError(written.problems);
  context.say(`Written to ${written.path}; programs read it when they start.`);
}
