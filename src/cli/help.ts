import { type CommandRow, commands, groups } from "./commands.ts";
import { shorten, widthOf } from "./width.ts";

const epilogue = `Flags of every command:
  --help     how it is used
  --verbose  where an error comes from
  --quiet    results and errors alone

Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 not allowed, 5 server unreachable,
78 configuration to be corrected, 130 interrupted.
Environment: CC_ORCHESTRATOR_SERVER, CC_ORCHESTRATOR_TOKEN, CC_ORCHESTRATOR_HOME, NO_COLOR.
`;

/**
 * Every command with what it is for, those about the same thing together.
 * @param columns of the terminal; null for a pipe, where nothing is shortened
 */
export function renderHelp(columns: number | null): string {
  const topics = Map.groupBy(commands, ({ words }) => (words.length === 2 ? words[0] : ""));
  const wide = Math.max(...commands.map((row) => widthOf(nameOf(row))));
  const line = (row: CommandRow) => {
    const whole = `  ${nameOf(row).padEnd(wide)}  ${row.summary}`;
    return columns === null ? whole : shorten(whole, columns);
  };
  const sections = [...topics].map(([topic, rows]) =>
    [topic === "" ? "Commands:" : `${capital(groups[topic] ?? topic)}:`, ...rows.map(line), ""].join("\n"),
  );
  return [
    "Label a GitHub issue, and a pull request comes back.\n",
    "Usage: cc-orchestrator <command> [flags]   (cco for short)\n",
    ...sections,
    columns === null ? epilogue : wrapped(epilogue, columns),
  ].join("\n");
}

function nameOf({ words }: CommandRow): string {
  return words.join(" ");
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function wrapped(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      if (line.length <= columns) return [line];
      const lines = [""];
      for (const word of line.split(" ")) {
        const last = lines.at(-1) ?? "";
        if (last !== "" && last.length + 1 + word.length > columns) lines.push(word);
        else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
      }
      return lines;
    })
    .join("\n");
}
