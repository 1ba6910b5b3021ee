import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { openInEditor } from "../editor.ts";
import { ConfigError } from "../errors.ts";
import { readShownConfig } from "../programs/configuration.ts";

export function register(command: Command, context: Context): void {
  command.addHelpText("after", "\nWhat is wrong with it is said when the editor is closed.").action(() => run(context));
}

async function run(context: Context): Promise<void> {
  const { path } = await readShownConfig(context);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // It may come to hold secrets.
  closeSync(openSync(path, "a", 0o600));
  await openInEditor(context, path);
  const { problems } = await readShownConfig(context);
  if (problems.length > 0) throw new ConfigError(problems);
  context.say(`${path} is fine; programs read it when they start.`);
}
