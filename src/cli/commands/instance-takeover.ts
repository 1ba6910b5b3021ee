import type { Command } from "commander";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { FailedError } from "../errors.ts";
import { isHere, joinTerminal } from "../join-terminal.ts";
import { taskName } from "../names.ts";
import { joiningOf } from "../terminal-place.ts";
import { untilTask } from "../until-task.ts";

type Options = ClientFlags & OutputFlags;

/** Set-up commands may come before Claude's first word; until then there is nothing to take over. */
const patienceMs = 10 * 60_000;
/** The screen is closed in three steps when it does not leave at once. */
const leaveMs = 60_000;

/** Takes Claude's session for the person who asks, and joins its screen. */
export const takeover = {
  register(command: Command, context: Context): void {
    withClientFlags(command)
      .argument("<task>", "its name, as TASK-12")
      .addHelpText(
        "after",
        "\nLeave Claude Code (/exit) to hand back; Ctrl-b d leaves it open, and the task waits for you.",
      )
      .action((task: string, options: Options) => take(context, task, options));
  },
};

/** Gives it back from elsewhere than its screen. */
export const handback = {
  register(command: Command, context: Context): void {
    withClientFlags(command)
      .argument("<task>", "its name, as TASK-12")
      .action((task: string, options: Options) => give(context, task, options));
  },
};

async function take(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const access = await context.connect(options);
  await access.call("takeOverTask", { params: { task: name }, body: { by: context.person } });
  if (options.json !== true) context.say(`${name}: Claude ends its step`);
  const isThere = (one: Task) => isHeld(one) || hasEnded(one);
  const task = await context.busy(`${name}: until its session is yours`, () =>
    untilTask(access, name, isThere, patienceMs),
  );
  if (task === null || !isHeld(task)) {
    throw new FailedError(
      task === null ? `${name} has not been taken over yet.` : `${name} came to its end before it was taken over.`,
      `See how it stands: cc-orchestrator task show ${name}`,
    );
  }
  if (options.json) return context.printJson({ task });
  const run = task.runs.at(-1);
  const place = joiningOf(run?.attach ?? "", false);
  context.print(`${name} taken over\n`);
  if (context.terminal === null || place === null || !(await isHere(place, context))) {
    return context.say(
      `Claude's screen is on the machine of runner ${run?.runner ?? "?"}: cc-orchestrator attach ${name}`,
    );
  }
  await joinTerminal(place, context);
  const left = await access.call("showTask", { params: { task: name } });
  if (isHeld(left.task)) context.say(`${name} is still yours. Give it back: cc-orchestrator instance handback ${name}`);
}

async function give(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const access = await context.connect(options);
  await access.call("handBackTask", { params: { task: name } });
  const isLeft = (one: Task) => one.runs.at(-1)?.takeover === undefined;
  const task = await context.busy(`${name}: until its screen has closed`, () =>
    untilTask(access, name, isLeft, leaveMs),
  );
  if (task === null) {
    throw new FailedError(
      `The screen of ${name} has not closed yet.`,
      `See how it stands: cc-orchestrator task show ${name}`,
    );
  }
  if (options.json) return context.printJson({ task });
  context.print(`${name} handed back\n`);
}

function isHeld({ runs }: Task): boolean {
  return runs.at(-1)?.takeover?.state === "held";
}

function hasEnded({ runs }: Task): boolean {
  return runs.at(-1)?.status !== "in_progress";
}
