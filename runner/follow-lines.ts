import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { watchPath } from "#runner/terminal/watch.ts";

const chunkBytes = 256 * 1024;
/** A longer line is cut: what reads it bounds it further. */
const lineBytes = 20 * 1024 * 1024;
/** Under the watch there is a slow look, for file systems that do not tell. */
const checkMs = 2_000;

/**
 * Reads a growing file of lines from its beginning and calls `onLine` for each whole one, in order.
 * @param onLine gets the line without its end, and the offset behind it in bytes
 * @param onTrouble is told what `onLine` throws and why the file cannot be read; it goes on behind that line
 * @returns `finish` reads what is there, gives an unfinished last line too, and stops
 */
export function followLines(
  path: string,
  onLine: (line: string, end: number) => void,
  onTrouble: (error: unknown) => void,
): { finish(): void } {
  let file: number | null = null;
  let position = 0;
  let parts: Buffer[] = [];
  let bytes = 0;
  const chunk = Buffer.allocUnsafe(chunkBytes);

  const take = (piece: Buffer) => {
    if (bytes < lineBytes) parts.push(Buffer.from(piece.subarray(0, lineBytes - bytes)));
    bytes += piece.length;
  };
  const give = (end: number) => {
    const line = Buffer.concat(parts).toString("utf8");
    parts = [];
    bytes = 0;
    try {
      onLine(line, end);
    } catch (error) {
      onTrouble(error);
    }
  };
  const read = () => {
    try {
      readOn();
    } catch (error) {
      onTrouble(error);
    }
  };
  const readOn = () => {
    if (file === null) {
      if (!existsSync(path)) return;
      file = openSync(path, "r");
    }
    for (;;) {
      const count = readSync(file, chunk, 0, chunkBytes, position);
      if (count === 0) return;
      const start = position;
      position += count;
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1 && end < count; end = chunk.indexOf(10, from)) {
        take(chunk.subarray(from, end));
        from = end + 1;
        give(start + from);
      }
      if (from < count) take(chunk.subarray(from, count));
    }
  };
  const unwatchFolder = watchPath(dirname(path), read, checkMs);
  read();
  return {
    finish() {
      unwatchFolder();
      read();
      if (bytes > 0) give(position);
      if (file !== null) closeSync(file);
    },
  };
}
