import type { LogLine } from "#protocol/report.ts";
import { colours as pc } from "./colours.ts";
import { plain } from "./plain.ts";
import { clockTime } from "./time.ts";

const paints = {
  say: (text: string) => text,
  think: pc.dim,
  tool: pc.cyan,
  result: pc.dim,
  step: pc.bold,
  note: pc.yellow,
} as const satisfies Record<LogLine["kind"], (text: string) => string>;

const indent = " ".repeat("00:00:00 result ".length);

/** Time and kind before the first line of a text, its other lines beneath it. */
export function renderLogLine({ at, kind, text }: LogLine): string {
  const [first = "", ...rest] = plain(text).trimEnd().split("\n");
  const head = `${pc.dim(clockTime(at))} ${kind.padEnd(6)} `;
  return [`${head}${paints[kind](first)}`, ...rest.map((line) => `${indent}${paints[kind](line)}`)]
    .map((line) => `${line}\n`)
    .join("");
}
