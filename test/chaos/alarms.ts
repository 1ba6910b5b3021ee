import { readFileSync } from "node:fs";

/** What no program prints while it is well, whatever is done to it from outside. */
const alarm =
  /unhandled|uncaught|TypeError|ReferenceError|RangeError|AssertionError|nobody foresaw|could not be carried out|Fatal|SQLITE_CORRUPT|malformed|refused for good|MaxListenersExceeded/i;

/** The lines of a program's output that tell of a bug. */
export function alarmsIn(logFile: string): string[] {
  const name = logFile.split("/").at(-1);
  return readFileSync(logFile, "utf8")
    .split("\n")
    .filter((line) => alarm.test(line))
    .map((line) => `${name}: ${line.slice(0, 600)}`);
}
