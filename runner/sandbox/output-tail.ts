/** Escape sequences: CSI, OSC and DCS with their ends, two-character ones; then every control character but tab and newline. */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The end of a command's output in bounded memory, however much it writes. */
export interface OutputTail {
  write(chunk: Buffer): void;
  /** Plain text without colours, progress bars as they stood last, led by a note of how much is missing. */
  text(): string;
}

/** Keeps about the last `limitBytes` bytes, cut at a line. */
export function openOutputTail(limitBytes: number): OutputTail {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let droppedLines = 0;
  let droppedBytes = 0;

  const drop = (chunk: Buffer) => {
    droppedBytes += chunk.length;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) droppedLines += 1;
  };

  return {
    write(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      for (let first = chunks[0]; first !== undefined && bytes - first.length >= limitBytes; first = chunks[0]) {
        chunks.shift();
        bytes -= first.length;
        drop(first);
      }
    },
    text() {
      let kept = Buffer.concat(chunks);
      if (kept.length > limitBytes) {
        const over = kept.length - limitBytes;
        const line = kept.indexOf(10, over);
        // One endless line has no better place to be cut.
        const cut = line === -1 ? over : line + 1;
        drop(kept.subarray(0, cut));
        kept = kept.subarray(cut);
      } else if (droppedBytes > 0 && kept.indexOf(10) !== -1) {
        const cut = kept.indexOf(10) + 1;
        drop(kept.subarray(0, cut));
        kept = kept.subarray(cut);
      }
      chunks = [kept];
      bytes = kept.length;
      const left = droppedLines > 0 ? `${droppedLines} lines` : `${droppedBytes} bytes`;
      return (droppedBytes > 0 ? `… ${left} left out …\n` : "") + plainText(kept.toString("utf8"));
    },
  };
}

/** Text as it would stand on paper: no escape sequences, and of a line that was rewritten (\r) only its last state. */
export function plainText(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  return lines.map((line) => line.replace(/\r+$/, "").split("\r").at(-1)?.replace(ESCAPES, "") ?? "").join("\n");
}
