import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { runnerColumns } from "../runner-view.ts";
import { renderTable } from "../table.ts";

type Options = ClientFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withClientFlags(command).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call } = await context.connect(options);
  const { runners } = await call("listRunners");
  if (options.json) return context.printJson({ runners });
  if (runners.length === 0)
    return context.say("There are no runners. Get a token for one: cc-orchestrator runner token");
  context.print(renderTable(runnerColumns(context.now()), runners, context.columns));
}
