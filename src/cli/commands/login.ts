import type { Command } from "commander";
import { openClient } from "#protocol/client.ts";
import { askSecret } from "../ask-secret.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { ConfigError, UsageError } from "../errors.ts";
import { readAccess, writeSetting } from "../programs.ts";

type Options = ClientFlags & OutputFlags & { withToken?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--with-token", "read the operator's token from stdin")
    .addHelpText(
      "after",
      "\nThe token is in operator.token, in the control plane's folder. It is kept in config.yaml, which only you can read.",
    )
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const access = await readAccess(context.env, options.server === undefined ? {} : { server: options.server });
  if ("problems" in access) throw new ConfigError(access.problems);
  const { server } = access;
  const token = options.withToken ? context.readStdin().trim() : await askSecret(context, `Token for ${server}: `);
  if (token === null || token === "" || /\s/.test(token)) {
    throw new UsageError("There is no token.", "Use: cc-orchestrator login --server URL --with-token < operator.token");
  }
  // Asked before anything is written: a wrong token would shut the next command out.
  await openClient(server, token)("listRunners");
  await write(context, "client.server", server);
  // In quotes, for a token may look like a number to YAML.
  const path = await write(context, "client.token", JSON.stringify(token));
  if (options.json) return context.printJson({ server, path });
  context.print(`logged in  ${server}\n`);
  context.say(`Kept in ${path}. What CC_ORCHESTRATOR_SERVER and CC_ORCHESTRATOR_TOKEN say goes before it.`);
}

async function write(context: Context, name: string, value: string): Promise<string> {
  const written = await writeSetting(context.env, name, value);
  if ("problems" in written) throw new ConfigError(written.problems);
  return written.path;
}
