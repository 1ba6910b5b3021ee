import { open } from "node:fs/promises";

const chunkBytes = 64 * 1024;
/** A longer line is not one of ours: what is left of it is given up with the lines before it. */
const maxLineBytes = 4 * 1024 * 1024;

/**
 * The last whole lines of a file, oldest first, read from its end; what follows the last line break is left out.
 * Bytes that are not UTF-8 become U+FFFD.
 * @returns no lines where there is no such file
 */
export async function readLastLines(path: string, count: number): Promise<string[]> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return [];
  try {
    const lines: string[] = [];
    let isAfterLastBreak = true;
    let rest: Buffer = Buffer.alloc(0);
    let end = (await file.stat()).size;
    while (end > 0 && lines.length < count && rest.length <= maxLineBytes) {
      const start = Math.max(0, end - chunkBytes);
      const chunk = Buffer.alloc(end - start);
      const { bytesRead } = await file.read(chunk, 0, chunk.length, start);
      rest = Buffer.concat([chunk.subarray(0, bytesRead), rest]);
      end = start;
      for (let at = rest.lastIndexOf(0x0a); at >= 0; at = rest.lastIndexOf(0x0a)) {
        if (!isAfterLastBreak) lines.push(rest.toString("utf8", at + 1));
        isAfterLastBreak = false;
        rest = rest.subarray(0, at);
        if (lines.length >= count) return lines.reverse();
      }
    }
    if (end === 0 && !isAfterLastBreak) lines.push(rest.toString("utf8"));
    return lines.reverse();
  } finally {
    await file.close();
  }
}
