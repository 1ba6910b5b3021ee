import type { Command } from "commander";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { taskName } from "../names.ts";
import { openOwn } from "../own-pull-request.ts";

type Options = ClientFlags & OutputFlags & { ready?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--ready", "not as a draft")
    .addHelpText(
      "after",
      "\nFor work on this machine's own repositories: pushes its branch to origin with your git,\nand opens the pull request with your token (init --token, GITHUB_TOKEN, or gh auth login).\nOne that is open gets what is new on the branch.",
    )
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const { task } = await call("showTask", { params: { task: name } });
  const show = ({ number, url }: { number: number; url: string }) =>
    options.json ? context.printJson({ task: name, number, url }) : context.print(`${url}\n`);
  if (isOfServer(task)) return show(task.pullRequest);
  const opened = await context.busy(`pushing ${task.branch ?? name}`, () =>
    openOwn(context, task, options.ready !== true),
  );
  // It is there, whatever comes of the rest.
  show(opened);
  if (task.folder !== undefined)
    await call("recordPullRequest", { params: { task: name }, body: { ...opened, by: context.person } });
}

/** The control plane opens those of tasks on GitHub itself, and pushes what is new. */
function isOfServer(task: Task): task is Task & { pullRequest: NonNullable<Task["pullRequest"]> } {
  return task.folder === undefined && task.pullRequest !== null;
}
