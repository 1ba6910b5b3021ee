import { resolve } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ConfigError } from "../errors.ts";
import { readHome } from "../programs/configuration.ts";
import { createHome } from "../programs/kept.ts";
import { restoreState } from "../programs/state.ts";

type Options = { home?: string };

export function register(command: Command, context: Context): void {
  command
    .argument("<file>", "the copy, as made by backup")
    .option("--home <folder>", "folder of the server's state (CC_ORCHESTRATOR_HOME)")
    .action((file: string, options: Options) => run(context, file, options));
}

async function run(context: Context, file: string, options: Options): Promise<void> {
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  await createHome(reading.home);
  const copy = resolve(context.folder, file);
  const former = await context.busy("putting the copy in its place", () => restoreState(reading.home, copy));
  context.print(`${reading.home}\n`);
  if (former !== null) context.say(`What was there before is kept as ${former}.`);
  context.say("The next start compares everything with GitHub and goes on from there.");
}
