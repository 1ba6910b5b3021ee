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
  /** What `--fix` can do about it. */
  fix?: Fix;
};

export type Fix = {
  /** In words, as "made operator.token yours alone". */
  done: string;
  /** @throws an error whose message says why it could not be done */
  apply: () => Promise<void>;
};

/** The check as programs read it. */
export type CheckShown = Omit<Check, "fix"> & { fixable: boolean };

export function shownOf({ fix, ...check }: Check): CheckShown {
  return { ...check, fixable: fix !== undefined };
}

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
