import type { Output } from "./context.ts";
import { shorten } from "./width.ts";

const frames = [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"];
const frameMs = 100;
/** What is over sooner needs no words. */
const delayMs = 500;
/** From then on it says for how long already. */
const longMs = 3_000;

/** One line about what goes on, on a terminal, which goes when it is over. */
export type Busy = {
  /** Takes the line away, for other words to stand there; it comes again below them. */
  hide: () => void;
  end: () => void;
};

/** @param doing "copying the state" */
export function showBusy(output: Output, doing: string): Busy {
  const since = performance.now();
  let isThere = false;
  let count = 0;
  const draw = () => {
    const spent = performance.now() - since;
    if (spent < delayMs) return;
    const seconds = spent < longMs ? "" : ` (${Math.floor(spent / 1_000)} s)`;
    const text = shorten(`${frames[count % frames.length]} ${doing}${seconds}`, (output.columns ?? 80) - 1);
    // To the line's begin, and all of it away.
    output.write(`\r\u001b[K${text}`);
    isThere = true;
    count += 1;
  };
  const timer = setInterval(draw, frameMs).unref();
  const hide = () => {
    if (isThere) output.write("\r\u001b[K");
    isThere = false;
  };
  return {
    hide,
    end() {
      clearInterval(timer);
      hide();
    },
  };
}
