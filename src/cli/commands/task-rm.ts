import type { Command } from "commander";
import { agrees } from "../ask.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { UsageError } from "../errors.ts";
import { taskName } from "../names.ts";

type Options = ClientFlags & OutputFlags & { yes?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<tasks...>", "their names, as TASK-12")
    .option("--yes", "without asking")
    .addHelpText("after", "\nTheir runs and logs are forgotten. Branches, pull requests and comments stay.")
    .action((tasks: string[], options: Options) => run(context, tasks, options));
}

async function run(context: Context, given: string[], options: Options): Promise<void> {
  const names = given.map(taskName);
  const { call } = await context.connect(options);
  // Whoever misspelt one loses none.
  for (const task of names) await call("showTask", { params: { task } });
  if (options.yes !== true && !(await agrees(context, `Forget ${names.join(", ")}? [Y/n] `)))
    throw new UsageError("Nothing was removed.", "--yes answers the question.");
  for (const task of names) {
    await call("removeTask", { params: { task } });
    if (!options.json) context.print(`${task}\n`);
  }
  if (options.json) context.printJson({ removed: names });
}
