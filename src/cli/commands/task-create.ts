import type { Command } from "commander";
import { Priority } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { oneOf, positive, repositoryName } from "../names.ts";
import { whyOf } from "../task-view.ts";

type Options = ClientFlags & OutputFlags & { repository: string; issue: string; priority?: string };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .requiredOption("--repository <owner/name>", "where the issue is")
    .requiredOption("--issue <number>", "the issue's number")
    .option("--priority <priority>", `one of ${Priority.options.join(", ")}`)
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const repository = repositoryName(options.repository);
  const issue = positive("issue", options.issue);
  const priority = options.priority === undefined ? undefined : oneOf("priority", Priority.options, options.priority);
  const { call } = await context.connect(options);
  const body = { repository, issue, ...(priority === undefined ? {} : { priority }) };
  const { task } = await call("createTask", { body });
  if (options.json) return context.printJson({ task });
  context.print(`${task.name}\n`);
  const why = whyOf(task);
  if (why !== "") context.say(why);
}
