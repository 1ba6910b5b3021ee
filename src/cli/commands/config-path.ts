import type { Command } from "commander";
import type { Context, OutputFlags } from "../context.ts";
import { readShownConfig } from "../programs/configuration.ts";

export function register(command: Command, context: Context): void {
  command.option("--json", "print JSON for programs").action((options: OutputFlags) => run(context, options));
}

async function run(context: Context, options: OutputFlags): Promise<void> {
  const { path, exists } = await readShownConfig(context);
  if (options.json) return context.printJson({ path, exists });
  context.print(`${path}\n`);
  if (!exists) context.say("There is no such file yet; without it every setting has its default.");
}
