import type { Command } from "commander";
import type { Context, OutputFlags } from "../context.ts";
import { type RegisterFlags, registerHere } from "../register-here.ts";
import { withRunnerFlags } from "../runner-flags.ts";

type Options = RegisterFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withRunnerFlags(command)
    .option("--server <url>", "the server to work for (CC_ORCHESTRATOR_SERVER)")
    .option("--token <token>", "what `runner token` printed there (CC_ORCHESTRATOR_REGISTRATION_TOKEN)")
    .option("--with-token", "read that from stdin, where no other user of the machine sees it")
    .option("--json", "print JSON for programs")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { runnerId, name, server, path } = await registerHere(context, options, { isAsked: false });
  if (options.json) return context.printJson({ runnerId, name, server });
  context.print(`${name}\n`);
  context.say(`Registered with ${server}; the credential is in ${path}. Start it: cc-orchestrator runner start`);
}
