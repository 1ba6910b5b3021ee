import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { explanationOf, renderExplanation } from "../explanation.ts";
import { taskName } from "../names.ts";

type Options = ClientFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const [{ task }, { runners }, { gates }] = await Promise.all([
    call("showTask", { params: { task: name } }),
    call("listRunners"),
    call("whyTask", { params: { task: name } }),
  ]);
  const explanation = explanationOf(task, runners, gates);
  if (options.json) return context.printJson(explanation);
  context.print(renderExplanation(task, explanation));
}
