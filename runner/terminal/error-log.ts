import { appendFileSync } from "node:fs";

/** Half for the beginning, where start-up failures are, half for the end, where crashes are. */
const HALF_BYTES = 512 * 1024;

/** Keeps what the agent writes to stderr in a file that never grows past 1 MB: its beginning and its end. */
export interface ErrorLog {
  write(chunk: Buffer): void;
  close(): void;
}

export function openErrorLog(path: string): ErrorLog {
  let room = HALF_BYTES;
  let left = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  appendFileSync(path, "", { mode: 0o600 });

  return {
    write(chunk) {
      const head = chunk.subarray(0, room);
      if (head.length > 0) appendFileSync(path, head);
      room -= head.length;
      const rest = chunk.subarray(head.length);
      if (rest.length === 0) return;
      tail.push(rest);
      tailBytes += rest.length;
      for (let first = tail[0]; first !== undefined && tailBytes - first.length >= HALF_BYTES; first = tail[0]) {
        tail.shift();
        tailBytes -= first.length;
        left += first.length;
      }
    },
    close() {
      if (left > 0) appendFileSync(path, `\n… ${left} bytes left out …\n`);
      for (const chunk of tail) appendFileSync(path, chunk);
      tail = [];
    },
  };
}
