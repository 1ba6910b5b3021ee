import type { Command } from "commander";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { UsageError } from "../errors.ts";

type Options = ClientFlags & OutputFlags & { receiver?: string };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .argument("[id]", "the message, as webhook list --status dead shows it")
    .option("--receiver <name>", "all of this receiver's instead of one")
    .action((id: string | undefined, options: Options) => run(context, id, options));
}

async function run(context: Context, id: string | undefined, options: Options): Promise<void> {
  const which = whichOf(id, options.receiver);
  const { call } = await context.connect(options);
  const { sent } = await call("sendAgain", { body: which });
  if (options.json) return context.printJson({ sent });
  context.print(sent === 0 ? "There was nothing that had been given up.\n" : `Sent again: ${sent}\n`);
}

function whichOf(id: string | undefined, receiver: string | undefined): { id: number } | { receiver: string } {
  if (receiver !== undefined && id === undefined) return { receiver };
  if (id !== undefined && receiver === undefined && /^[1-9][0-9]{0,14}$/.test(id)) return { id: Number(id) };
  throw new UsageError(
    "It is not clear which messages are meant.",
    "Name one message by its number (webhook list --status dead), or a receiver with --receiver.",
  );
}
