import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";

type Options = ClientFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .addHelpText("after", "\nEnds with 5 when nothing answers.")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call, server } = await context.connect(options);
  const { ok, version } = await call("health");
  if (options.json) return context.printJson({ url: server, ok, version });
  context.print(`${ok ? "running" : "not well"}  ${version}  ${server}\n`);
}
