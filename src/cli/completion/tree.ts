import { Command } from "commander";
import { commands, groups } from "../commands.ts";
import type { Context } from "../context.ts";

export type Flag = { long: string; takesValue: boolean; description: string };
export type Choice = { word: string; description: string };
/** What may follow these words. */
export type Node = { words: string; choices: Choice[]; flags: Flag[] };

/** Every command with its flags, deepest first, as the shells' scripts ask for it. */
export async function loadTree(context: Context): Promise<Node[]> {
  const leaves = await Promise.all(
    commands.map(async ({ words, load }): Promise<Node> => {
      const command = new Command(words.at(-1));
      (await load()).register(command, context);
      const flags = command.options.flatMap(({ long, required, optional, description }) =>
        long ? [{ long, takesValue: required || optional, description }] : [],
      );
      return { words: words.join(" "), choices: [], flags: [...flags, help] };
    }),
  );
  const inner = Object.keys(groups).map(
    (group): Node => ({
      words: group,
      choices: choicesOf(commands.filter(({ words }) => words.length === 2 && words[0] === group)),
      flags: [help],
    }),
  );
  const alone = commands.filter(({ words }) => words.length === 1);
  const top = [...choicesOf(alone), ...Object.entries(groups).map(([word, description]) => ({ word, description }))];
  return [
    ...leaves,
    ...inner,
    { words: "", choices: top, flags: [help, { ...help, long: "--version", description: "print the version" }] },
  ];
}

const help: Flag = { long: "--help", takesValue: false, description: "show how it is used" };

function choicesOf(rows: typeof commands): Choice[] {
  return rows.map(({ words, summary }) => ({ word: words.at(-1) ?? "", description: summary }));
}
