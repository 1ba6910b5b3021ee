import { StringDecoder } from "node:string_decoder";

/** Text that ends in the middle of a line waits so long for the rest of it. */
const patienceMs = 60;
/** A line longer than this goes out in parts. */
const longest = 64 * 1024;

/**
 * Turns a terminal's bytes into text that may leave the machine. Lines go through `redact` whole where they come quickly
 * (S43); a prompt or a progress bar, which end no line, wait for a moment only.
 */
export function openOutlet(redact: (text: string) => string, send: (text: string) => void) {
  const decoder = new StringDecoder("utf8");
  let held = "";
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (held !== "") send(redact(held));
    held = "";
  };
  return {
    push(bytes: Buffer): void {
      held += decoder.write(bytes);
      const end = held.length > longest ? held.length : held.lastIndexOf("\n") + 1;
      const whole = held.slice(0, end);
      const tail = held.slice(end);
      if (whole !== "") {
        held = whole;
        flush();
        held = tail;
      }
      if (held !== "") timer ??= setTimeout(flush, patienceMs);
    },
    /** Forgets what waits. */
    clear(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      held = "";
    },
  };
}
