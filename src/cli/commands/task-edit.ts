import type { Command } from "commander";
import type { TaskEdit } from "#protocol/new-task.ts";
import { Priority } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { UsageError } from "../errors.ts";
import { amount, oneOf, taskName } from "../names.ts";
import { readInput } from "../read-input.ts";
import { renderTask } from "../task-page.ts";

type Options = ClientFlags &
  OutputFlags & { title?: string; file?: string; priority?: string; model?: string; budget?: string };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--title <title>", "what is to be done")
    .option("--file <path>", "the other words for Claude, from a file; - for stdin")
    .option("--priority <priority>", `one of ${Priority.options.join(", ")}`)
    .option("--model <name>", "the model that works on it")
    .option("--budget <dollars>", "what one run may cost at most")
    .addHelpText("after", "\nIt holds for the next run; the words of an issue are changed on GitHub.")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { title, file, priority, model, budget } = options;
  const body: TaskEdit = {
    ...(title === undefined ? {} : { title }),
    ...(file === undefined ? {} : { body: readInput(context, file) }),
    ...(priority === undefined ? {} : { priority: oneOf("priority", Priority.options, priority) }),
    ...(model === undefined ? {} : { model }),
    ...(budget === undefined ? {} : { usd: amount("budget", budget) }),
  };
  if (Object.keys(body).length === 0)
    throw new UsageError("It is not said what to change.", `Write for example: task edit ${name} --priority high`);
  const { call } = await context.connect(options);
  const { task } = await call("editTask", { params: { task: name }, body });
  if (options.json) return context.printJson({ task });
  context.print(renderTask(task, context.now()));
}
