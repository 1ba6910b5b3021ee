import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { clockTime } from "../time.ts";

type Options = ClientFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withClientFlags(command).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call, server } = await context.connect(options);
  const created = await call("createRunnerToken");
  if (options.json) return context.printJson(created);
  context.print(`${created.token}\n`);
  context.say(`Good for one registration until ${clockTime(created.expiresAt)}, on the machine that is to work:`);
  context.say(`  cc-orchestrator runner register --server ${server} --token <token>`);
}
