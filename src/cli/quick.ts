import * as status from "./commands/status.ts";
import * as version from "./commands/version.ts";
import type { Context } from "./context.ts";
import { renderHelp } from "./help.ts";

type Run = (context: Context) => Promise<void>;

/**
 * The commands that people and their prompts call most, when they are written in the plain way. Loading the parser
 * would take them longer than what they do; for the same reason all that they need is imported statically, so that the
bundle has it in one file.
 * @returns null for everything that is not quite plain: then the parser decides, with all its messages
 */
export function quickRunOf(args: readonly string[]): Run | null {
  const [word = "", ...rest] = args.filter((arg) => arg !== "--verbose");
  if (["--help", "-h", "help"].includes(word) && rest.length === 0)
    return async (context) => context.print(renderHelp(context.columns));
  if (["--version", "-V"].includes(word) && rest.length === 0) return async (context) => version.run(context, {});
  const flags = plainFlags(rest);
  if (flags === null) return null;
  if (word === "version" && flags.server === undefined && flags.profile === undefined)
    return async (context) => version.run(context, flags);
  if (word === "status") return (context) => status.run(context, flags);
  return null;
}

type PlainFlags = { json?: true; server?: string; profile?: string };

/** `--json`, `--server URL`, `--server=URL`, and `--profile` alike; null when there is anything else. */
function plainFlags(args: readonly string[]): PlainFlags | null {
  const flags: PlainFlags = {};
  for (let at = 0; at < args.length; at += 1) {
    const [, name, given] = /^--(json|server|profile)(?:=(.+))?$/.exec(args[at] ?? "") ?? [];
    if (name === "json" && given === undefined) flags.json = true;
    else if (name === "server" || name === "profile") {
      if (given === undefined) at += 1;
      const value = given ?? args[at];
      if (value === undefined || value === "" || (given === undefined && value.startsWith("-"))) return null;
      flags[name] = value;
    } else return null;
  }
  return flags;
}
