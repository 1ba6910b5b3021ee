import type { LogQuery } from "#protocol/log-search.ts";
import type { LogLine } from "#protocol/report.ts";

/** What a line's text must have: all of these words, or a match of this expression. Null lets every text through. */
export type TextWish = { kind: "words"; words: readonly string[] } | { kind: "pattern"; source: string } | null;

/** From what matters most to what matters least; a level takes in all before it. */
const levels = ["note", "step", "say", "tool", "result", "think"] as const satisfies readonly LogLine["kind"][];

/** Words one by one, in lower case; what stands in quotes as it stands. */
export function textWishOf({ q, regex }: Pick<LogQuery, "q" | "regex">): TextWish {
  if (regex === "1") return q === "" ? null : { kind: "pattern", source: q };
  const words = [...q.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
  return words.length === 0 ? null : { kind: "words", words };
}

/** Whether a line is wanted, whatever its text says. */
export function lineTestOf({ kind, level, from, to }: LogQuery): (line: LogLine) => boolean {
  const least = level === undefined || level === "error" ? levels.length : levels.indexOf(level) + 1;
  const kinds: ReadonlySet<LogLine["kind"]> = new Set(levels.slice(0, least));
  return (line) =>
    (kind === undefined || line.kind === kind) &&
    kinds.has(line.kind) &&
    (level !== "error" || tellsOfFailure(line)) &&
    (from === undefined || line.at >= from) &&
    (to === undefined || line.at < to);
}

/** As the runner marks it. */
function tellsOfFailure({ kind, text }: LogLine): boolean {
  return kind === "result"
    ? text.startsWith("error: ")
    : (kind === "step" || kind === "note") && /fail|error|ended with [1-9]/i.test(text);
}
