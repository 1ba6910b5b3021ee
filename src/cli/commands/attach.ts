import type { Command } from "commander";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { FailedError, UsageError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { isHere, joinTerminal } from "../join-terminal.ts";
import { taskName } from "../names.ts";
import { lookOf, whyOf } from "../task-view.ts";
import { joiningOf } from "../terminal-place.ts";

type Options = ClientFlags & OutputFlags & { readOnly?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<task>", "its name, as TASK-12")
    .option("--read-only", "watch only: no key reaches the terminal")
    .addHelpText("after", "\nCtrl-b d leaves; the run goes on.")
    .action((task: string, options: Options) => run(context, task, options));
}

async function run(context: Context, given: string, options: Options): Promise<void> {
  const name = taskName(given);
  const { call } = await context.connect(options);
  const { task } = await call("showTask", { params: { task: name } });
  const live = liveRunOf(task);
  const place = joiningOf(live.attach ?? "", options.readOnly === true);
  if (place === null)
    throw new FailedError(
      `The server does not say in a way that can be trusted how to join the terminal of ${name}.`,
      `Look at it on the machine of runner ${live.runner ?? "?"}: cc-orchestrator task show ${name}`,
    );
  if (options.json) return context.printJson({ task: name, run: live.id, runner: live.runner, command: place.join });
  if (context.terminal === null)
    throw new UsageError("attach needs a terminal.", `Use: cc-orchestrator task logs ${name} --follow`);
  if (!(await isHere(place, context)))
    throw new FailedError(
      `The terminal of ${name} is not on this machine, or it has just ended; runner ${live.runner ?? "?"} has it.`,
      `Log in there and run: cc-orchestrator attach ${name}. From here: cc-orchestrator task logs ${name} --follow`,
    );
  const code = await joinTerminal(place, context);
  if (code !== 0) context.exitCode = exitCodes.failed;
}

/** The run with a terminal. @throws FailedError when none is under way, saying how the task stands */
function liveRunOf(task: Task): Run {
  const run = task.runs.findLast(({ status, attach }) => status === "in_progress" && attach !== null);
  if (run !== undefined) return run;
  const isStarting = task.runs.some(({ status }) => status === "in_progress");
  const why = whyOf(task);
  throw new FailedError(
    isStarting
      ? `${task.name} is being prepared and has no terminal yet.`
      : `${task.name} is not running: ${lookOf(task).word}${why === "" ? "" : `. ${why}`}`,
    isStarting ? "Try again in a moment." : `See what it did: cc-orchestrator task logs ${task.name}`,
  );
}
