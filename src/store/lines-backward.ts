import type { FileHandle } from "node:fs/promises";

const chunkBytes = 128 * 1024;
/** A longer line is not one of ours: what is before it in the file is given up. */
const maxLineBytes = 4 * 1024 * 1024;

/** A whole line, and the byte that it begins with. */
export type PlacedLine = { offset: number; text: string };

/**
 * The whole lines of a file that begin and end before `end`, from the last to the first, as many at a time as are read at
 * once. What follows the last line break is left out. Bytes that are not UTF-8 become U+FFFD.
 */
export async function* linesBackward(file: FileHandle, end: number): AsyncGenerator<PlacedLine[]> {
  let rest: Buffer = Buffer.alloc(0);
  let start = end;
  let isAfterLastBreak = true;
  while (start > 0 && rest.length <= maxLineBytes) {
    const from = Math.max(0, start - chunkBytes);
    const chunk = Buffer.alloc(start - from);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, from);
    // The file became shorter meanwhile: what is told of it was never acknowledged.
    if (bytesRead < chunk.length) return;
    rest = rest.length === 0 ? chunk : Buffer.concat([chunk, rest]);
    start = from;
    const lines: PlacedLine[] = [];
    for (let at = rest.lastIndexOf(0x0a); at >= 0; at = rest.lastIndexOf(0x0a)) {
      if (!isAfterLastBreak) lines.push({ offset: start + at + 1, text: rest.toString("utf8", at + 1) });
      isAfterLastBreak = false;
      rest = rest.subarray(0, at);
    }
    if (start === 0 && !isAfterLastBreak) lines.push({ offset: 0, text: rest.toString("utf8") });
    if (lines.length > 0) yield lines;
  }
}
