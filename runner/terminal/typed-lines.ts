/** As many bytes as one command of tmux's is given. */
const atOnce = 256;

/**
 * What somebody types at a session, as commands of tmux's control mode: bytes in hexadecimal, so that nothing of it can be
 * read as anything but itself.
 */
export function keyLines(name: string, text: string): string[] {
  const bytes = Buffer.from(text, "utf8");
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += atOnce) {
    const some = [...bytes.subarray(at, at + atOnce)].map((byte) => byte.toString(16).padStart(2, "0"));
    lines.push(`send-keys -t =${name}: -H ${some.join(" ")}`);
  }
  return lines;
}

/** The size of whoever types counts from now on, and is the session's. */
export function sizeLines({ columns, rows }: { columns: number; rows: number }): string[] {
  return [`refresh-client -C ${columns}x${rows}`, "refresh-client -f !ignore-size"];
}

/** What was put in the buffer, as one paste where the program knows of such (bracketed paste); then the buffer is gone. */
export function pasteLine(name: string, buffer: string): string {
  return `paste-buffer -p -d -b ${buffer} -t =${name}:`;
}

/** A paste without what could end it early, or steer the terminal: line breaks and tabs are all that stays of controls. */
export function pasteable(text: string): string {
  return (
    text
      .replace(/\r\n?/g, "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/\u001b\[20[01]~|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
  );
}
