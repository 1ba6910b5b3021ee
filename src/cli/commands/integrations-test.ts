import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { FailedError } from "../errors.ts";

type Options = ClientFlags & OutputFlags;

/** The server waits 20 s for whoever is told. */
const patienceMs = 30_000;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<name>", "its name, as integrations list shows it")
    .action((name: string, options: Options) => run(context, name, options));
}

async function run(context: Context, name: string, options: Options): Promise<void> {
  const { call } = await context.connect(options);
  // The server answers when it knows what has come of it.
  const asked = { params: { integration: name }, body: {}, timeoutMs: patienceMs };
  const { integration } = await context.busy(`sending a message to ${name}`, () => call("testIntegration", asked));
  if (options.json) context.printJson({ integration });
  if (integration.state !== "good")
    throw new FailedError(
      `${name}: ${integration.sentence}`,
      "Compare its address and secret with docs/integrations/.",
    );
  if (!options.json) context.print(`${name}: ${integration.sentence}\n`);
}
