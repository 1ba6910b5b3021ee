import type { Command } from "commander";
import { TaskStatus } from "#protocol/words.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { oneOf, positive, repositoryName } from "../names.ts";
import { renderTable } from "../table.ts";
import { taskColumns } from "../task-view.ts";

type Options = ClientFlags & OutputFlags & { repository?: string; status?: string; limit: string };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--repository <owner/name>", "only this repository's")
    .option("--status <status>", `only those that are ${TaskStatus.options.join(", ")}`)
    .option("--limit <number>", "at most this many, the newest first", "30")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const limit = positive("limit", options.limit);
  const status = options.status === undefined ? null : oneOf("status", TaskStatus.options, options.status);
  const query = options.repository === undefined ? {} : { repository: repositoryName(options.repository) };
  const { call } = await context.connect(options);
  const all = (await call("listTasks", { query })).tasks
    .filter((task) => status === null || task.status === status)
    .sort((one, other) => other.id - one.id);
  const tasks = all.slice(0, limit);
  if (options.json) return context.printJson({ tasks });
  if (tasks.length === 0) return context.say("There are no tasks. Put the issue label on an issue, or: task create");
  context.print(renderTable(taskColumns(context.now()), tasks, context.columns));
  if (all.length > tasks.length) context.say(`${tasks.length} of ${all.length}; more with --limit.`);
}
