import { type Command, Option } from "commander";
import type { WebhookMessage } from "#protocol/integration.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { type Column, renderTable } from "../table.ts";
import { ago } from "../time.ts";

type Options = ClientFlags & OutputFlags & { receiver?: string; status?: WebhookMessage["status"] };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--receiver <name>", "only those to this receiver")
    .addOption(new Option("--status <status>", "only those").choices(["pending", "delivered", "dead"]))
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call } = await context.connect(options);
  const { receiver, status } = options;
  const { messages } = await call("listMessages", { query: { receiver, status } });
  if (options.json) return context.printJson({ messages });
  if (messages.length === 0) return context.say("There are no such messages.");
  context.print(renderTable(columnsAt(context.now()), messages, context.columns));
}

function columnsAt(now: number): Column<WebhookMessage>[] {
  return [
    { title: "ID", value: ({ id }) => String(id) },
    { title: "RECEIVER", value: ({ receiver }) => receiver },
    { title: "EVENT", value: ({ type }) => type },
    { title: "ABOUT", value: ({ subject }) => subject },
    { title: "STATUS", value: ({ status }) => status },
    { title: "TRIES", value: ({ tries }) => String(tries) },
    { title: "MADE", value: ({ createdAt }) => ago(createdAt, now), optional: true },
    { title: "ANSWER", value: ({ lastAnswer }) => lastAnswer ?? "-", shrinks: true },
  ];
}
