import type { Command } from "commander";
import { RefusedError } from "#protocol/client.ts";
import { agrees } from "../ask.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { UsageError } from "../errors.ts";
import { taskName } from "../names.ts";
import { siblingsOf } from "../siblings.ts";

type Options = ClientFlags & OutputFlags & { yes?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "the attempt to keep")
    .option("--yes", "without asking")
    .addHelpText(
      "after",
      "\nThe other attempts are stopped and given up; their branches stay, so that nothing is lost.",
    )
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const { task } = await call("showTask", { params: { task: name } });
  const others = siblingsOf(task, (await call("listTasks")).tasks).filter((one) => one.name !== name);
  // What waits on GitHub for a review is ended there.
  const alive = others.filter(({ status, folder }) => status !== "completed" && !(status === "in_review" && !folder));
  const question = `Give up ${alive.map((one) => one.name).join(", ")}? [Y/n] `;
  if (alive.length > 0 && options.yes !== true && !(await agrees(context, question)))
    throw new UsageError("Nothing was done.", "--yes answers the question.");
  for (const one of alive) {
    // It may have ended while somebody thought about it.
    await call("cancelTask", { params: { task: one.name }, body: { by: context.person } }).catch((error: unknown) => {
      if (!(error instanceof RefusedError && error.problem.status === 409)) throw error;
    });
  }
  if (options.json) return context.printJson({ picked: name, stopped: alive.map((one) => one.name) });
  context.print(`${name}\n`);
  if (task.folder !== undefined && task.branch !== null) context.say(`Take its work in: git merge ${task.branch}`);
}
