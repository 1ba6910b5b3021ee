import type { Command } from "commander";
import type { Integration } from "#protocol/integration.ts";
import { colours as pc } from "../colours.ts";
import { type ClientFlags, type Context, type OutputFlags, withClientFlags } from "../context.ts";
import { type Column, renderTable } from "../table.ts";

type Options = ClientFlags & OutputFlags;

export function register(command: Command, context: Context): void {
  withClientFlags(command).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call } = await context.connect(options);
  const { integrations } = await call("listIntegrations");
  if (options.json) return context.printJson({ integrations });
  if (integrations.length === 0)
    return context.say("Nothing is set up. The pages below docs/integrations/ show what there is.");
  context.print(renderTable(columns, integrations, context.columns));
}

const paints = { good: pc.green, waiting: pc.yellow, failing: pc.red } as const;

const columns: readonly Column<Integration>[] = [
  { title: "NAME", value: ({ name }) => name },
  { title: "KIND", value: ({ kind }) => kind },
  { title: "STATE", value: ({ state }) => state, paint: (cell, { state }) => paints[state](cell) },
  { title: "WAITING", value: ({ pending }) => String(pending) },
  { title: "GIVEN UP", value: ({ dead }) => String(dead) },
  { title: "PLACE", value: ({ place }) => place, shrinks: true, optional: true },
  { title: "", value: ({ sentence }) => sentence, shrinks: true },
];
