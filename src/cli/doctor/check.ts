import { colours as pc } from "../colours.ts";
import { plainLine } from "../plain.ts";

/** `missing` keeps something from working; `note` is good to know. */
export type Verdict = "good" | "note" | "missing";

/** One thing that was looked at: what was found, and what to do about it. */
export type Check = {
  name: string;
  verdict: Verdict;
  found: string;
  advice?: string;
};

const marks = {
  good: pc.green("✓"),
  note: pc.yellow("!"),
  missing: pc.red("✗"),
} as const satisfies Record<Verdict, string>;

/** One line for each check, the advice beneath it. */
export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, verdict, found, advice }) => {
      const line = `${marks[verdict]} ${name.padEnd(width)}  ${plainLine(found)}\n`;
      return advice === undefined ? line : `${line}  ${" ".repeat(width)}  ${pc.dim("→")} ${plainLine(advice)}\n`;
    })
    .join("");
}
