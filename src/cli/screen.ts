import type { Terminal } from "./context.ts";
import { shorten } from "./width.ts";

export type Screen = {
  /** Shows these lines from the top; what does not fit below is counted in the last line. */
  draw(lines: readonly string[]): void;
  columns(): number;
  /** Settles when the person leaves: "q" or Esc, or Ctrl-C and signals as an interruption. */
  left: Promise<"quit" | "interrupted">;
  /** Calls back when the size has changed. */
  onResize(redraw: () => void): void;
  /** Gives the terminal back as it was. */
  close(): void;
};

// The other screen with its own cursor, so that the person's lines are back afterwards (xterm's control sequences).
const enter = "\u001b[?1049h\u001b[?25l";
const leave = "\u001b[?25h\u001b[?1049l";
const home = "\u001b[H";
const clearLine = "\u001b[K";
const clearBelow = "\u001b[J";

/** Takes the whole terminal until it is closed. */
export function openScreen({ stdout, keyboard, signals }: Terminal): Screen {
  const leaving = Promise.withResolvers<"quit" | "interrupted">();
  const keys = keyboard();
  const onKey = (bytes: Buffer | string) => {
    const key = String(bytes);
    if (key === "\u0003") leaving.resolve("interrupted");
    else if (key === "q" || key === "Q" || key === "\u001b") leaving.resolve("quit");
  };
  let redraw: () => void = () => undefined;
  const onSize = () => redraw();
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    keys.off("data", onKey);
    if (keys.isTTY) keys.setRawMode(false);
    keys.pause();
    signals.off("SIGWINCH", onSize);
    for (const signal of ["SIGINT", "SIGTERM"]) signals.off(signal, onSignal);
    stdout.write(leave);
  };
  // Before whoever ends the process at a signal: the terminal must not stay as it is now.
  const onSignal = () => {
    close();
    leaving.resolve("interrupted");
  };
  stdout.write(enter);
  if (keys.isTTY) keys.setRawMode(true);
  keys.on("data", onKey);
  keys.resume();
  signals.on("SIGWINCH", onSize);
  for (const signal of ["SIGINT", "SIGTERM"]) signals.prependListener(signal, onSignal);
  return {
    draw(lines) {
      if (!isOpen) return;
      const rows = stdout.rows ?? 24;
      const over = lines.length - rows;
      const shown =
        over <= 0 ? lines : [...lines.slice(0, rows - 1), shorten(`… ${over + 1} more`, stdout.columns ?? 80)];
      stdout.write(`${home}${shown.map((line) => line + clearLine).join("\r\n")}${clearBelow}`);
    },
    columns: () => stdout.columns ?? 80,
    left: leaving.promise,
    onResize: (callback) => {
      redraw = callback;
    },
    close,
  };
}
