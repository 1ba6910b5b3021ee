import type { Command } from "commander";
import type { Context } from "../context.ts";
import { ConfigError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { readHome } from "../programs/configuration.ts";
import { runnerProcesses } from "../programs/here.ts";
import { tellToEnd } from "../signal-process.ts";

type Options = { home?: string };

/** Ends the runner of this machine: it takes no new runs and waits for those under way. */
export const drain = commandOf(1, "Draining: it takes no new runs, and ends when those under way have ended.");
/** Ends it at once: what runs is given back to the queue. */
export const stop = commandOf(2, "Stopping: its work is saved, and its runs go back to the queue.");

function commandOf(signals: number, said: string) {
  return {
    register(command: Command, context: Context): void {
      command
        .option("--home <folder>", "folder of its state (CC_ORCHESTRATOR_HOME)")
        .action((options: Options) => run(context, options, signals, said));
    },
  };
}

async function run(context: Context, options: Options, signals: number, said: string): Promise<void> {
  const reading = await readHome(context, options);
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const running = await runnerProcesses(reading.home);
  if (running.length === 0) {
    context.exitCode = exitCodes.unreachable;
    return context.say("No runner works on this machine.");
  }
  for (const pid of running) {
    let isThere = tellToEnd(pid);
    // The second signal is another one only when the first has been seen.
    for (let more = 1; more < signals && isThere; more += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      // With nothing to do it has ended at the first.
      isThere = tellToEnd(pid);
    }
  }
  context.say(said);
}
