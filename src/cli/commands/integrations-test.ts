import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { FailedError } from "../errors.ts";

type Options = ClientFlags & OutputFlags;

/** How long the answer of whoever is told is waited for. */
const patienceMs = 20_000;
const lookMs = 250;

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("<name>", "its name, as integrations list shows it")
    .action((name: string, options: Options) => run(context, name, options));
}

async function run(context: Context, name: string, options: Options): Promise<void> {
  const { call } = await context.connect(options);
  let { integration } = await call("testIntegration", { params: { integration: name }, body: {} });
  const until = Date.now() + patienceMs;
  while (integration.state === "waiting" && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    const { integrations } = await call("listIntegrations");
    integration = integrations.find((one) => one.name === name) ?? integration;
  }
  if (options.json) context.printJson({ integration });
  if (integration.state !== "good")
    throw new FailedError(
      `${name}: ${integration.sentence}`,
      "Compare its address and secret with docs/integrations/.",
    );
  if (!options.json) context.print(`${name}: ${integration.sentence}\n`);
}
