import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { UsageError } from "../errors.ts";
import { taskName } from "../names.ts";
import { startTask } from "../start-task.ts";
import { lookOf } from "../task-view.ts";

type Options = ClientFlags & OutputFlags & { task?: string };

/** `task run TASK-12`, and `instance spawn --task TASK-12`, which is how somebody says it who thinks of instances. */
export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("[task]", "its name, as TASK-12")
    .option("--task <task>", "the same")
    .action((task: string | undefined, options: Options) => run(context, task ?? options.task, options));
}

async function run(context: Context, given: string | undefined, options: Options): Promise<void> {
  if (given === undefined)
    throw new UsageError("It is not said which task.", "Write for example: cc-orchestrator task run TASK-12");
  const name = taskName(given);
  const task = await startTask(context, await context.connect(options), name, options.json !== true);
  if (options.json) return context.printJson({ task });
  context.print(`${name} ${lookOf(task).word}\n`);
}
