import { readFileSync } from "node:fs";
import { readMetadata } from "#test/actions/metadata.ts";
import { table } from "./table.ts";

/** The workflows to paste, by the name of their block in docs/action.md. */
export const examples = {
  "example without a server": "without-a-server.yml",
  "example with an app": "with-an-app.yml",
  "example with bedrock": "with-bedrock.yml",
  "example with vertex": "with-vertex.yml",
  "example for a control plane": "for-a-control-plane.yml",
} as const;

export const examplesFolder = ".github/workflows/examples";

/** What docs/action.md says of the Action, from action.yml and the examples. */
export function actionBlocks(root: string): Readonly<Record<string, string>> {
  const { inputs, outputs } = readMetadata();
  const workflows = Object.entries(examples).map(([name, file]) => [
    name,
    `\n\`\`\`yaml\n${readFileSync(`${root}/${examplesFolder}/${file}`, "utf8").trim()}\n\`\`\`\n`,
  ]);
  return {
    ...Object.fromEntries(workflows),
    "action inputs": table(
      ["input", "usually", "what it is"],
      Object.entries(inputs).map(([name, one]) => [`\`${name}\``, usual(one.default), one.description]),
    ),
    "action outputs": table(
      ["output", "what it is"],
      Object.entries(outputs).map(([name, one]) => [`\`${name}\``, one.description]),
    ),
  };
}

function usual(value: string | undefined): string {
  return value === undefined || value === "" ? "" : `\`${value}\``;
}
