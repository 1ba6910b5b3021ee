import type { Command } from "commander";
import { sourceOf } from "#protocol/task-source.ts";
import { openInBrowser } from "../browser.ts";
import { type ClientFlags, type Context, withClientFlags } from "../context.ts";
import { taskName } from "../names.ts";

type Options = ClientFlags & { json?: true; print?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--print", "print the address instead")
    .addHelpText(
      "after",
      "\nIts pull request where there is one, else its issue or ticket, else its page of the dashboard.",
    )
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call, server } = await context.connect(options);
  const { task } = await call("showTask", { params: { task: name } });
  const url = task.pullRequest?.url ?? sourceOf(task)?.url ?? `${server}/tasks/${name}`;
  if (options.json) return context.printJson({ url });
  const opened = options.print || context.terminal === null ? false : await openInBrowser(url, context.env);
  if (opened) context.say(`Opening ${url}`);
  else context.print(`${url}\n`);
}
