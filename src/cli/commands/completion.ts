import type { Command } from "commander";
import { type Shell, scripts } from "../completion/scripts.ts";
import { loadTree } from "../completion/tree.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";

export function register(command: Command, context: Context): void {
  command.argument("<shell>", "bash, zsh or fish").action((shell: string) => run(context, shell));
}

async function run(context: Context, shell: string): Promise<void> {
  if (!Object.hasOwn(scripts, shell))
    throw new UsageError(`There is no completion for "${shell}".`, "Write one of: bash, zsh, fish.");
  context.print(scripts[shell as Shell](await loadTree(context)));
}
