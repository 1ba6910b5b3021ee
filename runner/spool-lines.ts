import { readSync } from "node:fs";
import { z } from "zod";
import { Report } from "#protocol/report.ts";

/** One line of a run's spool: a report, and what the runner itself has to know about it. */
export const SpoolLine = Report.extend({
  key: z.string().optional(),
  heard: z.object({ instance: z.int().min(1), bytes: z.int().min(0) }).optional(),
});
export type SpoolLine = z.infer<typeof SpoolLine>;

const chunkBytes = 256 * 1024;

/**
 * Reads whole lines from `from` on and gives each with the offset behind it, until `take` answers false. A line that is
 * no report, as a crash leaves one, is passed over.
 * @returns the offset behind the last whole line
 */
export function scanSpool(file: number, from: number, take: (line: SpoolLine, end: number) => boolean): number {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let rest: Buffer[] = [];
  let position = from;
  let end = from;
  for (;;) {
    const count = readSync(file, chunk, 0, chunkBytes, position);
    if (count === 0) return end;
    let begin = 0;
    for (let at = chunk.indexOf(10); at !== -1 && at < count; at = chunk.indexOf(10, begin)) {
      const text = Buffer.concat([...rest, chunk.subarray(begin, at)]).toString("utf8");
      rest = [];
      begin = at + 1;
      end = position + begin;
      const line = parseSpoolLine(text);
      if (line !== null && !take(line, end)) return end;
    }
    if (begin < count) rest.push(Buffer.from(chunk.subarray(begin, count)));
    position += count;
  }
}

function parseSpoolLine(text: string): SpoolLine | null {
  try {
    const line = SpoolLine.safeParse(JSON.parse(text));
    return line.success ? line.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
