import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { taskName } from "../names.ts";
import { renderTask } from "../task-page.ts";

type Options = ClientFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const { task } = await call("showTask", { params: { task: name } });
  if (options.json) return context.printJson({ task });
  context.print(renderTask(task, context.now()));
}
