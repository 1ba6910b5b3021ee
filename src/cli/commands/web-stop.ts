import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ConfigError, FailedError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { readHome } from "../programs/configuration.ts";
import { serverProcess } from "../programs/here.ts";
import { tellToEnd } from "../signal-process.ts";

type Options = { home?: string; now?: true };

/** It ends within this when nothing is under way. */
const promptMs = 3_000;
/** A runner that is told to stop at once has ended by then. */
const stopMs = 40_000;
/** Nobody tells when a process ends that is not one's own child. */
const lookMs = 100;

export function register(command: Command, context: Context): void {
  command
    .option("--now", "stop what is being worked on as well; it goes on after the next start")
    .option("--home <folder>", "folder of its state (CC_ORCHESTRATOR_HOME)")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { home } = reading;
  const pid = await serverProcess(home);
  if (pid === null) {
    context.exitCode = exitCodes.unreachable;
    return context.say("No control plane runs here.");
  }
  tellToEnd(pid);
  const hasEnded = (ms: number) => context.busy("waiting for it to end", () => hasEndedWithin(home, ms));
  if (options.now !== true && !(await hasEnded(promptMs))) {
    context.say("Something is being worked on: it ends after that. At once: cc-orchestrator web stop --now");
    return;
  }
  if (options.now === true && !(await hasEnded(promptMs))) {
    tellToEnd(pid);
    if (!(await hasEnded(stopMs)))
      throw new FailedError(`Process ${pid} does not end.`, `Look at its log, or end it: kill -9 ${pid}`);
  }
  context.say("Stopped.");
}

async function hasEndedWithin(home: string, ms: number): Promise<boolean> {
  for (const until = performance.now() + ms; performance.now() < until; await wait(lookMs))
    if ((await serverProcess(home)) === null) return true;
  return false;
}
