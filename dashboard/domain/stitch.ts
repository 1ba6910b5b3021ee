import type { LogLine } from "#protocol/report.ts";

/**
 * The lines that were loaded, followed by those of the stream that are not among them.
 * Lines have no numbers. But the stream was open before the loading began, so that the end of what was loaded lies
 * within the streamed lines or right before them: the longest overlap is the true one.
 */
export function stitch(loaded: readonly LogLine[], streamed: readonly LogLine[]): LogLine[] {
  for (let overlap = Math.min(loaded.length, streamed.length); overlap > 0; overlap -= 1) {
    const start = loaded.length - overlap;
    if (streamed.slice(0, overlap).every((line, at) => isSame(line, loaded[start + at])))
      return [...loaded, ...streamed.slice(overlap)];
  }
  return [...loaded, ...streamed];
}

function isSame(one: LogLine, other: LogLine | undefined): boolean {
  return other !== undefined && one.at === other.at && one.kind === other.kind && one.text === other.text;
}
