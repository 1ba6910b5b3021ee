import type { Command } from "commander";
import type { Context, OutputFlags } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { installStart, isServiceWanted, type ServiceFlags, serviceFor } from "../system-start.ts";

type Options = OutputFlags & ServiceFlags & { yes?: true };

export function register(command: Command, context: Context): void {
  command
    .description("Lets the system start this machine's runner: a systemd user unit, or a launchd agent on a Mac.")
    .option("--yes", "write and start it without asking")
    .option("--kind <kind>", "systemd or launchd (default: this system's)")
    .option("--home <folder>", "folder of the runner's state (CC_ORCHESTRATOR_HOME)")
    .option("--json", "print JSON for programs")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const file = serviceFor(context, options);
  const isAgreed = options.yes === true;
  const isWanted = options.json ? isAgreed : await isServiceWanted(context, file, isAgreed);
  if (options.json) context.printJson({ ...file, written: isWanted });
  if (isWanted) return installStart(context, file);
  context.exitCode = exitCodes.failed;
  context.say("Nothing was written; --yes writes it without asking.");
}
