import { type CommandRow, commands, groups } from "./commands.ts";
import { widthOf } from "./width.ts";
import { wrapped } from "./wrapped.ts";

const epilogue = `Flags of every command:
  --help     how it is used
  --verbose  where an error comes from
  --quiet    results and errors alone

Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 not allowed, 5 server unreachable, 78 configuration to be corrected, 130 interrupted.
Environment: CC_ORCHESTRATOR_SERVER, CC_ORCHESTRATOR_TOKEN, CC_ORCHESTRATOR_PROFILE, CC_ORCHESTRATOR_HOME, NO_COLOR.
How one of them is used, with examples: cc-orchestrator task create --help
`;

/** What is read is not wider than this, however wide the terminal is. */
const widest = 100;

/**
 * Every command with what it is for, those about the same thing together.
 * @param columns of the terminal; null for a pipe
 */
export function renderHelp(columns: number | null): string {
  const topics = Map.groupBy(commands, ({ words }) => (words.length === 2 ? words[0] : ""));
  const wide = Math.max(...commands.map((row) => widthOf(nameOf(row))));
  const width = Math.min(columns ?? widest, widest);
  const line = (row: CommandRow) => {
    const [first = "", ...rest] = wrapped(row.summary, Math.max(20, width - wide - 4)).split("\n");
    const more = rest.map((words) => `\n${" ".repeat(wide + 4)}${words}`).join("");
    return `  ${nameOf(row).padEnd(wide)}  ${first}${more}`;
  };
  const sections = [...topics].map(([topic, rows]) =>
    [topic === "" ? "Commands:" : `${capital(groups[topic] ?? topic)}:`, ...rows.map(line), ""].join("\n"),
  );
  return [
    "Label a GitHub issue, and a pull request comes back.\n",
    "Usage: cc-orchestrator <command> [flags]   (cco for short)\n",
    ...sections,
    wrapped(epilogue, width),
  ].join("\n");
}

function nameOf({ words }: CommandRow): string {
  return words.join(" ");
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
