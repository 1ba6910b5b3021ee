import type { Policy } from "#protocol/policy.ts";
import { code } from "../surfaces/words.ts";
import { alignedTable } from "./aligned-table.ts";
import { roleFor } from "./roles.ts";
import { commandWord, usageOf, verbNames, verbs } from "./verbs.ts";

/** The commands that work, as a table. */
export function renderHelp(policy: Policy): string {
  const rows = verbNames.map((verb) => {
    const needed = roleFor(verb, policy);
    return [code(usageOf(verb)), verbs[verb].description, needed === "none" ? "anybody" : needed];
  });
  return [
    `Write a command at the start of a line, in a comment on the issue or its pull request. Several go into one comment, each on its own line. On the pull request, a line that begins with the app's name is \`/${commandWord} say\`.`,
    alignedTable(["command", "what it does", "who may"], rows),
  ].join("\n\n");
}
