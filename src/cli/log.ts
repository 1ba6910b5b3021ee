import { type Logger, pino } from "pino";
import type { Output } from "./context.ts";
import { plain, plainLine } from "./plain.ts";

const levels: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** The log of a long-lived program, on stderr: lines for people on a terminal, JSON for everything else. */
export function openLog(level: string, stderr: Output): Logger {
  const render = stderr.isTTY ? readable : (line: string) => line;
  return pino({ level, base: null }, { write: (line) => void stderr.write(render(line)) });
}

function readable(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown> & { err?: { stack?: string } };
  const at = new Date(Number(time)).toLocaleTimeString("en-GB");
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const words = plainLine([String(msg ?? ""), ...facts].join("  "));
  const stack = err?.stack === undefined ? "" : `${plain(err.stack)}\n`;
  return `${at} ${(levels[Number(level)] ?? "").padEnd(5)} ${words}\n${stack}`;
}
