import { commands, groups } from "#cli/commands.ts";
import { openContext } from "#cli/context.ts";
import { openProgram } from "#cli/program.ts";
import { jsonShapes } from "./json-shapes.ts";

/** The page of the command line: every command with its help, as the program itself gives it. */
export async function renderCliPage(): Promise<string> {
  const parts: string[] = [];
  for (const row of commands) {
    const name = row.words.join(" ");
    const help = await helpOf(row.words);
    const json = name in jsonShapes ? `\nWith \`--json\`: [\`${name}\`](cli.schema.json) in the schema.\n` : "";
    parts.push(`### ${name}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n${json}`);
  }
  const topics = Map.groupBy(commands, ({ words }) => (words.length === 2 ? (words[0] ?? "") : ""));
  const contents = [...topics].map(([topic, rows]) => {
    const links = rows.map(({ words }) => `[${words.join(" ")}](#${words.join("-")})`).join(", ");
    return `- ${topic === "" ? "on their own" : (groups[topic] ?? topic)}: ${links}`;
  });
  return `${head}\n${contents.join("\n")}\n\n## Every command\n\n${parts.join("\n")}`;
}

async function helpOf(words: readonly string[]): Promise<string> {
  let text = "";
  const write = (some: string) => {
    text += some;
  };
  const around = { env: { COLUMNS: "100" }, folder: "/", stdout: { write }, stderr: { write }, signals: process };
  const context = openContext({ ...around, exit: () => undefined });
  const args = [...words, "--help"];
  const program = await openProgram(args, context);
  // Help ends the parser by an exception.
  await program.parseAsync(args, { from: "user" }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "commander.helpDisplayed")) throw error;
  });
  // Those of every command stand above.
  return text.replace(/\nGlobal Options:\n(.+\n)+/, "").replace(/[ \t]+$/gm, "");
}

const head = `<!-- Made by \`node test/docs/write.ts\` from the program's own help. -->

# The command line

\`cc-orchestrator\`, or \`cco\` for short. What stands on stdout is data, what stands on stderr is talk. \`--json\` prints what programs read, \`--json=name,status\` those fields alone, and its shapes are published as JSON Schema: [cli.schema.json](cli.schema.json). \`--quiet\` leaves the talk out, \`NO_COLOR\` the colours, and \`--verbose\` shows where an error comes from.

| exit code | means                                                                         |
| --------- | ----------------------------------------------------------------------------- |
| 0         | done                                                                          |
| 1         | failed, with what happened and what to do on stderr                           |
| 2         | asked in a way that cannot be understood                                      |
| 3         | what was named is not there                                                   |
| 4         | not allowed                                                                   |
| 5         | the server does not answer, or nothing runs that could be stopped             |
| 78        | the configuration is to be corrected first: \`cc-orchestrator config validate\` |
| 130       | interrupted                                                                   |

Every command that asks a server finds it by, in this order: \`--server\`, \`--profile\`, \`CC_ORCHESTRATOR_SERVER\`, \`CC_ORCHESTRATOR_PROFILE\`, the profile in use (\`cc-orchestrator login\`, \`cc-orchestrator profile use\`), \`client.server\` in config.yaml, this machine's own. A token that is kept goes to the server that it was kept for and to no other.

\`config.yaml\` and a repository's policy file have a JSON Schema as well, [config.schema.json](config.schema.json) and [policy.schema.json](policy.schema.json); files that cc-orchestrator writes name it in their first line, so that editors complete them. What is said in comments on GitHub: [commands.md](commands.md).

## By what they are about
`;
