import type { LogLine } from "#protocol/report.ts";
import { UsageError } from "./errors.ts";
import { oneOf } from "./names.ts";
import { instantBefore } from "./time-given.ts";

export type LogFilterFlags = { grep?: string; since?: string; level?: string };

/** From what matters most to what matters least; a level takes in all before it. */
export const levels = ["note", "step", "say", "tool", "result", "think"] as const satisfies readonly LogLine["kind"][];

/** What the flags let through. @throws UsageError */
export function logFilter({ grep, since, level }: LogFilterFlags, now: number): (line: LogLine) => boolean {
  const words = grep === undefined ? null : expressionOf(grep);
  const from = since === undefined ? null : new Date(instantBefore("since", since, now)).toISOString();
  const least = level === undefined ? levels.length : levels.indexOf(oneOf("level", levels, level)) + 1;
  const kinds: ReadonlySet<LogLine["kind"]> = new Set(levels.slice(0, least));
  return ({ at, kind, text }) =>
    kinds.has(kind) && (from === null || at >= from) && (words === null || words.test(text));
}

function expressionOf(grep: string): RegExp {
  try {
    return new RegExp(grep, "i");
  } catch (error) {
    throw new UsageError(
      `--grep cannot be read as a regular expression: ${error instanceof Error ? error.message : String(error)}`,
      "Put a backslash before signs that have a meaning, as in --grep 'f\\(x\\)'.",
    );
  }
}
