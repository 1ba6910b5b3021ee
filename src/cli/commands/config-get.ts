import type { Command } from "commander";
import type { Context, OutputFlags } from "../context.ts";
import { NotFoundError } from "../errors.ts";
import { readShownConfig } from "../programs/configuration.ts";

export function register(command: Command, context: Context): void {
  command
    .argument("<setting>", "its name, as server.port or PORT")
    .option("--json", "print JSON for programs, with where it comes from")
    .action((name: string, options: OutputFlags) => run(context, name, options));
}

async function run(context: Context, name: string, options: OutputFlags): Promise<void> {
  const { settings } = await readShownConfig(context);
  const found = settings.find((one) => one.name === name || one.variables.includes(name));
  if (found === undefined)
    throw new NotFoundError(`There is no setting ${name}.`, "See all: cc-orchestrator config show --origin");
  if (options.json) return context.printJson(found);
  const { value } = found;
  context.print(`${value === null ? "" : typeof value === "object" ? value.join(",") : value}\n`);
}
