import { Command } from "commander";
import { type CommandRow, commands, groups, rowFor } from "./commands.ts";
import type { Context } from "./context.ts";
import { examplesOf } from "./examples.ts";
import { renderHelp } from "./help.ts";
import { version } from "./version.ts";

/** The command line's parser: all commands by name and summary, and the one that `args` call in full. */
export async function openProgram(args: readonly string[], context: Context): Promise<Command> {
  const program = configured(new Command("cc-orchestrator"), context)
    .description("Label a GitHub issue, and a pull request comes back.")
    .version(version, "-V, --version", "print the version")
    .option("--verbose", "show where an error comes from")
    .option("--quiet", "print results and errors, and nothing else");
  program.helpInformation = () => renderHelp(context.columns);
  const called = rowFor(args);
  const loaded = await called?.load();
  for (const row of commands) {
    const command = configured(new Command(row.words.at(-1) ?? ""), context);
    command.summary(row.summary).description(`${row.summary.charAt(0).toUpperCase()}${row.summary.slice(1)}.`);
    if (row.alias !== undefined) command.alias(row.alias);
    if (row === called) {
      loaded?.register(command, context);
      command.addHelpText("after", examplesOf(row.words));
    }
    parentOf(row, program, context).addCommand(command);
  }
  return program;
}

function parentOf(row: CommandRow, program: Command, context: Context): Command {
  if (row.words.length === 1) return program;
  const [name] = row.words;
  const existing = program.commands.find((command) => command.name() === name);
  if (existing !== undefined) return existing;
  const about = groups[name] ?? "";
  const group = configured(new Command(name), context).description(
    `${about.charAt(0).toUpperCase()}${about.slice(1)}.`,
  );
  program.addCommand(group);
  return group;
}

/** Ends by exceptions, which main decides about, and points at the help after a mistake. */
function configured(command: Command, { print, say, columns }: Context): Command {
  return command
    .configureOutput({
      writeOut: print,
      writeErr: (text) => say(text.trimEnd()),
      ...(columns === null ? {} : { getOutHelpWidth: () => columns, getErrHelpWidth: () => columns }),
    })
    .exitOverride()
    .showHelpAfterError("Run it with --help to see how it is used.")
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 20 });
}
