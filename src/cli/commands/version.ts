import type { Command } from "commander";
import type { Context } from "../context.ts";
import { version } from "../version.ts";

type Options = { json?: true };

export function register(command: Command, context: Context): void {
  command.option("--json", "print JSON for programs").action((options: Options) => run(context, options));
}

export function run(context: Context, options: Options): void {
  if (options.json) context.printJson({ version, node: process.versions.node, platform: process.platform });
  else context.print(`${version}\n`);
}
