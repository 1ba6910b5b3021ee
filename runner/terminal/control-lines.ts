/** What a terminal shows: first all of it, then what comes. */
export type View = {
  /** Everything in sight, for a terminal of this size; what was shown before is gone. */
  screen(of: { columns: number; rows: number; text: string }): void;
  output(bytes: Buffer): void;
  /** Its size is another one now: what was shown is not for it. */
  resized?(): void;
};

/** What the first of the two commands is asked for: the size, the cursor and which screen is in sight. */
export const placeFormat = "#{pane_width} #{pane_height} #{cursor_x} #{cursor_y} #{alternate_on}";

/** A line is never so long: one output is cut by tmux long before. */
const longestLine = 4 * 1024 * 1024;

/**
 * Reads what tmux writes in control mode (tmux(1), CONTROL MODE): blocks between `%begin` and `%end` with the same words
 * after them answer commands; `%output` brings what a program wrote, control characters and `\` as three octal digits.
 * The first block answers with `placeFormat`, the second with the lines of the screen. A block's lines are not escaped:
 * what ends it must be its own guard, and what a program could forge that way it could as well have written.
 */
export function openControlReader(view: View): { push(chunk: Buffer): void } {
  let rest = "";
  let guard: string | null = null;
  let block: string[] = [];
  const blocks: string[][] = [];

  const take = (line: string): void => {
    if (guard !== null) {
      if (line !== `%end ${guard}` && line !== `%error ${guard}`) return void block.push(line);
      const isAnswer = line.startsWith("%end");
      guard = null;
      if (!isAnswer) return;
      blocks.push(block);
      if (blocks.length === 2) view.screen(screenOf(blocks[0]?.[0] ?? "", block));
    } else if (line.startsWith("%begin ")) {
      guard = line.slice("%begin ".length);
      block = [];
    } else if (line.startsWith("%layout-change ")) {
      if (blocks.length >= 2) view.resized?.();
    } else {
      const [, escaped] = /^%output %\d+ (.*)$/s.exec(line) ?? [];
      if (escaped !== undefined && blocks.length >= 2) view.output(unescaped(escaped));
    }
  };

  return {
    // latin1: one character for each byte, whatever the bytes mean.
    push(chunk) {
      const lines = (rest + chunk.toString("latin1")).split("\n");
      rest = (lines.pop() ?? "").slice(-longestLine);
      for (const line of lines) take(line);
    },
  };
}

function unescaped(text: string): Buffer {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return Buffer.from(bytes, "latin1");
}

function screenOf(place: string, lines: readonly string[]): Parameters<View["screen"]>[0] {
  const [columns = 80, rows = 24, x = 0, y = 0, alternate = 0] = place.split(" ").map(Number);
  const text = Buffer.from(lines.join("\r\n"), "latin1").toString("utf8");
  const screen = alternate === 1 ? "\x1b[?1049h" : "";
  return { columns, rows, text: `${screen}${text}\x1b[0m\x1b[${y + 1};${x + 1}H` };
}
