import type { Command } from "commander";
import { RefusedError } from "#protocol/client.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { FailedError } from "../errors.ts";
import { taskName } from "../names.ts";
import { startTask } from "../start-task.ts";
import { lookOf } from "../task-view.ts";
import { untilEnded } from "../until-ended.ts";

type Options = ClientFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .addHelpText("after", "\nWhat Claude did so far is kept on the branch; the next run goes on from there.")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const access = await context.connect(options);
  try {
    await access.call("cancelTask", { params: { task: name }, body: { by: context.person } });
    context.say(`${name}: stopping`);
  } catch (error) {
    // Nothing runs: then it is only to be started.
    if (!(error instanceof RefusedError && error.problem.code === "not_running")) throw error;
  }
  if (!(await context.busy(`${name}: until it has ended`, () => untilEnded(access, name))))
    throw new FailedError(`${name} has not stopped yet.`, `Look at it: cc-orchestrator task show ${name}`);
  const task = await startTask(context, access, name, options.json !== true);
  if (options.json) return context.printJson({ task });
  context.print(`${name} ${lookOf(task).word}\n`);
}
