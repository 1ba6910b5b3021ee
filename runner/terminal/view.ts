import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { watchPath } from "./watch.ts";

export type Render = (line: string, columns: number) => string[];
export interface Screen {
  write(text: string): unknown;
  columns(): number;
}

const CHUNK_BYTES = 64 * 1024;
/** A line longer than this is counted, not shown. */
const LINE_BYTES = 1024 * 1024;
/** A view this far behind jumps ahead: it is for people, the file has everything (F44). */
const BEHIND_BYTES = 4 * 1024 * 1024;
/** People see no more than this many changes a second anyway. */
const PAUSE_MS = 40;

/**
 * Shows a growing file of JSON lines on a screen, readably. However fast and in whatever lines the file grows, it takes
 * bounded memory and little time, and never slows down the one who writes.
 * @returns shows what is left and stops
 */
export function showOutput(path: string, render: Render, screen: Screen): () => void {
  const file = openSync(path, "r");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = 0;
  let parts: Buffer[] = [];
  let partBytes = 0;
  /** Bytes of a line too long to show, or cut off by a jump. */
  let dropped = 0;
  let dropping = false;
  let timer: NodeJS.Timeout | undefined;

  const show = (line: string) => {
    for (const row of render(line, screen.columns())) screen.write(`${onlyColours(row)}\n`);
  };

  const take = (bytes: Buffer, isWhole: boolean) => {
    if (!dropping) {
      parts.push(Buffer.from(bytes));
      partBytes += bytes.length;
    } else dropped += bytes.length;
    if (!dropping && partBytes > LINE_BYTES) {
      dropping = true;
      dropped = partBytes;
      parts = [];
      partBytes = 0;
    }
    if (!isWhole) return;
    if (dropping) screen.write(`… ${size(dropped)} not shown\n`);
    else show(Buffer.concat(parts).toString("utf8"));
    dropping = false;
    dropped = 0;
    parts = [];
    partBytes = 0;
  };

  const read = () => {
    timer = undefined;
    const behind = fstatSync(file).size - position;
    if (behind > BEHIND_BYTES) {
      const jump = behind - CHUNK_BYTES;
      dropped += jump + partBytes;
      dropping = true;
      parts = [];
      partBytes = 0;
      position += jump;
    }
    for (let budget = BEHIND_BYTES; budget > 0; ) {
      const count = readSync(file, chunk, 0, CHUNK_BYTES, position);
      if (count === 0) return;
      position += count;
      budget -= count;
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1 && end < count; end = chunk.indexOf(10, from)) {
        take(chunk.subarray(from, end), true);
        from = end + 1;
      }
      if (from < count) take(chunk.subarray(from, count), false);
    }
    soon();
  };
  const soon = () => {
    timer ??= setTimeout(read, PAUSE_MS);
  };

  const unwatch = watchPath(path, soon, 2_000);
  soon();
  return () => {
    unwatch();
    clearTimeout(timer);
    read();
    clearTimeout(timer);
    if (partBytes > 0 || dropping) take(Buffer.alloc(0), true);
    closeSync(file);
  };
}

/** What `render` gives is clean already; nothing but colours may pass here all the same (S40). */
function onlyColours(row: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return row.replace(/\u001b\[[\d;]*m|[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, (found) =>
    found.startsWith("\u001b[") ? found : "",
  );
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${Math.round(bytes / 1024 / 1024)} MB`;
}
