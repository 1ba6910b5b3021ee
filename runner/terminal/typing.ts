import type { TypingClient } from "#runner/tmux.ts";
import { keyLines, pasteable, pasteLine, sizeLines } from "./typed-lines.ts";

export type Size = { columns: number; rows: number };

/** A person's hands on a terminal, from elsewhere. What is done comes in its order. */
export type Typing = {
  keys(text: string): void;
  paste(text: string): void;
  resize(size: Size): void;
  /** Gives the terminal the size back that it had, and lets go of it. */
  close(): void;
};

/** Characters that wait to be typed; more than a person types while a terminal does not take anything. */
const mostWaiting = 256 * 1024;
let pastes = 0;

/**
 * @param before the terminal's size
 * @param failed told when the terminal takes nothing any more
 */
export function openTyping(client: TypingClient, name: string, before: Size, failed: (error: unknown) => void): Typing {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isResized = false;
  const next = (length: number, work: () => void | Promise<void>) => {
    // What a terminal does not take for so long, nobody wants to have typed later.
    if (waiting + length > mostWaiting) return;
    waiting += length;
    last = last
      .then(work)
      .catch(failed)
      .then(() => {
        waiting -= length;
      });
  };
  return {
    keys: (text) => next(text.length, () => client.write(keyLines(name, text))),
    paste(text) {
      const clean = pasteable(text);
      if (clean === "") return;
      pastes += 1;
      const buffer = `paste-${process.pid}-${pastes}`;
      next(clean.length, async () => {
        await client.fill(buffer, clean);
        client.write([pasteLine(name, buffer)]);
      });
    },
    resize(size) {
      isResized = true;
      next(0, () => client.write(sizeLines(size)));
    },
    close() {
      next(0, () => {
        if (isResized) client.write(sizeLines(before));
        client.close();
      });
    },
  };
}
