import type { Command } from "commander";
import type { Context, OutputFlags } from "../context.ts";
import { readShownConfig, type ShownSetting } from "../programs/configuration.ts";
import { type Column, renderTable } from "../table.ts";

type Options = OutputFlags & { origin?: true };

export function register(command: Command, context: Context): void {
  command
    .option("--origin", "show where each value comes from, and those that nobody set")
    .option("--json", "print JSON for programs")
    .addHelpText("after", "\nA secret is shown as “set”, never as what it is.")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { path, settings, problems } = await readShownConfig(context);
  if (options.json) return context.printJson({ path, settings });
  const shown = options.origin ? settings : settings.filter(({ value }) => value !== null);
  context.print(renderTable(options.origin ? [...columns, ...origins] : columns, shown, context.columns));
  if (problems.length > 0) context.say(`There are problems (${problems.length}): cc-orchestrator config validate`);
}

const columns: readonly Column<ShownSetting>[] = [
  { title: "SETTING", value: ({ name }) => name },
  { title: "VALUE", value: ({ value }) => wordOf(value), shrinks: true },
];

const origins: readonly Column<ShownSetting>[] = [
  { title: "FROM", value: ({ origin }) => origin, shrinks: true },
  { title: "VARIABLE", value: ({ variables }) => variables.join(", "), optional: true },
];

function wordOf(value: ShownSetting["value"]): string {
  if (value === null) return "-";
  return typeof value === "object" ? value.join(", ") : String(value);
}
