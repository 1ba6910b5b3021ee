import type { Command } from "commander";
import type { Client } from "#protocol/client.ts";
import type { Runner } from "#protocol/runner.ts";
import { agrees } from "../ask.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { NotFoundError, UsageError } from "../errors.ts";

type Options = ClientFlags & OutputFlags & { yes?: true; note?: string };
type Asked = { call: Client; runner: number; by: string; note: string };
type Change = { ask: (asked: Asked) => Promise<{ runner: Runner }>; outcome: string; isFinal: boolean };

/** What can be said to the server about a runner, wherever its machine is. */
export const pause = commandOf({
  ask: ({ call, runner, by, note }) => call("pauseRunner", { params: { runner }, body: { by, note, drain: false } }),
  outcome: "takes no new runs; those that it has go on",
  isFinal: false,
});
export const resume = commandOf({
  ask: ({ call, runner }) => call("resumeRunner", { params: { runner } }),
  outcome: "takes runs again",
  isFinal: false,
});
export const remove = commandOf({
  ask: ({ call, runner }) => call("removeRunner", { params: { runner } }),
  outcome: "is not let in any more",
  isFinal: true,
});

function commandOf(change: Change) {
  return {
    register(command: Command, context: Context): void {
      withClientFlags(command)
        .argument("<runner>", "its name, as runner list shows it")
        .action((name: string, options: Options) => run(context, name, options, change));
      if (change.isFinal) command.option("--yes", "without asking");
      else command.option("--note <words>", "why, for whoever looks at it");
    },
  };
}

async function run(context: Context, name: string, options: Options, change: Change): Promise<void> {
  const { call } = await context.connect(options);
  const known = (await call("listRunners")).runners.find((one) => one.name === name);
  if (known === undefined)
    throw new NotFoundError(`There is no runner ${name}.`, "See all: cc-orchestrator runner list");
  if (change.isFinal && options.yes !== true && !(await agrees(context, `Remove runner ${name}? [Y/n] `)))
    throw new UsageError("Nothing was removed.", "--yes answers the question.");
  const { runner } = await change.ask({ call, runner: known.id, by: context.person, note: options.note ?? "" });
  if (options.json) return context.printJson({ runner });
  context.print(`${name} ${change.outcome}\n`);
}
