import type { Command } from "commander";
import { openClient } from "#protocol/client.ts";
import type { Context, OutputFlags } from "../context.ts";
import { ConfigError, UsageError } from "../errors.ts";
import { readRunnerSettings } from "../programs.ts";
import { registerRunner } from "../registering.ts";
import { type RunnerFlags, withRunnerFlags } from "../runner-flags.ts";

type Options = RunnerFlags & OutputFlags & { server?: string; token?: string };

export function register(command: Command, context: Context): void {
  withRunnerFlags(command)
    .option("--server <url>", "the server to work for (CC_ORCHESTRATOR_SERVER)")
    .option("--token <token>", "what `runner token` printed there (CC_ORCHESTRATOR_REGISTRATION_TOKEN)")
    .option("--json", "print JSON for programs")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const token = options.token ?? context.env.CC_ORCHESTRATOR_REGISTRATION_TOKEN;
  if (!token || token.length < 20 || token.length > 200)
    throw new UsageError(
      token ? "This is not a registration token." : "A registration token is needed.",
      "Get one on the server's machine with `cc-orchestrator runner token`, and give it with --token.",
    );
  const reading = await readRunnerSettings(context, options, "runner");
  if ("problems" in reading) throw new ConfigError(reading.problems);
  const { server, name } = reading.config;
  if (server === null)
    throw new UsageError("It is not said which server this runner is to work for.", "Give its address with --server.");
  const { runnerId, path } = await registerRunner(openClient(server, null), server, token, reading.config);
  if (options.json) return context.printJson({ runnerId, name, server });
  context.print(`${name}\n`);
  context.say(`Registered with ${server}; the credential is in ${path}. Start it: cc-orchestrator runner start`);
}
