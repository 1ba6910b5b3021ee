import type { Command } from "commander";
import type { Client } from "#protocol/client.ts";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { taskName } from "../names.ts";
import { renderTask } from "../task-page.ts";
import { lookOf } from "../task-view.ts";

type Options = ClientFlags & OutputFlags;

type Verb = {
  /** What the server is asked. */
  ask: (call: Client, task: string, by: string) => Promise<{ task: Task }>;
  /** What a person gets to see of the answer. */
  render: (task: Task, now: number) => string;
};

/** The commands that ask one thing of one task: they differ in what they ask and in what they show. */
const verbs = {
  show: { ask: (call, task) => call("showTask", { params: { task } }), render: renderTask },
  cancel: { ask: (call, task, by) => call("cancelTask", { params: { task }, body: { by } }), render: standing },
  approve: { ask: (call, task, by) => call("approveTask", { params: { task }, body: { by } }), render: standing },
  retry: { ask: (call, task, by) => call("retryTask", { params: { task }, body: { by } }), render: standing },
  continue: { ask: followed("continue"), render: standing },
  fixCi: { ask: followed("fix-ci"), render: standing },
  rebase: { ask: followed("rebase"), render: standing },
} satisfies Record<string, Verb>;

export const show = commandOf(verbs.show);
export const cancel = commandOf(verbs.cancel);
export const approve = commandOf(verbs.approve);
export const retry = commandOf(verbs.retry);
export const goOn = commandOf(verbs.continue);
export const fixCi = commandOf(verbs.fixCi);
export const rebase = commandOf(verbs.rebase);

/** A run that goes on from what is there, in the same session. */
function followed(verb: "continue" | "fix-ci" | "rebase"): Verb["ask"] {
  return (call, task, by) => call("followTask", { params: { task }, body: { by, verb } });
}

function standing(task: Task): string {
  return `${task.name} ${lookOf(task).word}\n`;
}

function commandOf(verb: Verb) {
  return {
    register(command: Command, context: Context): void {
      withClientFlags(command)
        .argument("<task>", "its name, as TASK-12")
        .action((task: string, options: Options) => run(context, verb, task, options));
    },
  };
}

async function run(context: Context, verb: Verb, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const { task } = await verb.ask(call, name, context.person);
  if (options.json) return context.printJson({ task });
  context.print(verb.render(task, context.now()));
}
