import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Context } from "./context.ts";
import { UsageError } from "./errors.ts";

/** More is no request that somebody wrote. */
const mostBytes = 100_000;

/** A file's text, or what comes on stdin for `-`. @throws UsageError when it cannot be read or is too long */
export function readInput(context: Context, path: string): string {
  let text: string;
  try {
    text = path === "-" ? context.readStdin() : readFileSync(resolve(context.folder, path), "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path === "-" ? "stdin" : path} cannot be read: ${why}`, "Look at the path.");
  }
  if (Buffer.byteLength(text) <= mostBytes) return text;
  throw new UsageError(`${path} holds more than ${mostBytes} bytes.`, "Write shorter what is wanted.");
}
