import { colours as pc } from "../colours.ts";
import { plainLine } from "../plain.ts";
import { wrapped } from "../wrapped.ts";

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

/**
 * One line for each check, the advice beneath it.
 * @param columns of the terminal, for what is longer; null for a pipe
 */
export function renderChecks(checks: readonly Check[], columns: number | null): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indented = (text: string, indent: number) =>
    wrapped(plainLine(text), columns === null ? Number.POSITIVE_INFINITY : Math.max(20, columns - indent))
      .split("\n")
      .join(`\n${" ".repeat(indent)}`);
  return checks
    .map(({ name, verdict, found, advice }) => {
      const line = `${marks[verdict]} ${name.padEnd(width)}  ${indented(found, width + 4)}\n`;
      if (advice === undefined) return line;
      return `${line}  ${" ".repeat(width)}  ${pc.dim("→")} ${indented(advice, width + 6)}\n`;
    })
    .join("");
}
