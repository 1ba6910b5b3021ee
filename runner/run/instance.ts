import type { StreamEvent, TurnEnd } from "#runner/claude/events.ts";
import { AT_START, advance, type Progress } from "#runner/claude/progress.ts";
import { parseLine } from "#runner/claude/stream.ts";
import { followLines } from "#runner/follow-lines.ts";
import { monotonic } from "#runner/monotonic.ts";
import type { Exit } from "#runner/terminal/exit.ts";
import { terminalFiles } from "#runner/terminal/files.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";

/** One live Claude Code process, followed through its transcript. */
export type Instance = {
  readonly terminal: Terminal;
  progress(): Progress;
  /** The end of the `n`th turn, counted from 1; or the exit, when the process ended without one. */
  turn(n: number): Promise<{ turn: TurnEnd; exit: null } | { turn: null; exit: Exit }>;
  /** How it ended, once that is known and all of its transcript was read. */
  exit(): Exit | null;
  /** When it last said something, on the monotonic clock. */
  heardAt(): number;
  /** How the process ended, after all of its transcript was read. */
  readonly ended: Promise<Exit>;
};

/**
 * Follows an instance from the first line of its transcript, so that an adopted one is known as well as a new one.
 * @param onLine called for each line with what it tells and the offset behind it, in bytes
 * @param onTrouble called when `onLine` or the reading fails, as on a full disk
 */
export function followInstance(
  terminal: Terminal,
  onLine: (events: readonly StreamEvent[], end: number) => void,
  onTrouble: (error: unknown) => void,
): Instance {
  let progress = AT_START;
  const turns: TurnEnd[] = [];
  let wake: () => void = () => undefined;
  let heardAt = monotonic();
  const take = (line: string, end: number) => {
    const events = parseLine(line);
    heardAt = monotonic();
    for (const event of events) {
      progress = advance(progress, event);
      if (event.kind === "turnEnded") turns.push(event);
    }
    onLine(events, end);
    wake();
  };
  const lines = followLines(terminalFiles(terminal.folder).output, take, onTrouble);
  let exit: Exit | null = null;
  const ended = terminal.exited.then((how) => {
    lines.finish();
    exit = how;
    wake();
    return how;
  });
  return {
    terminal,
    ended,
    progress: () => progress,
    exit: () => exit,
    heardAt: () => heardAt,
    async turn(n) {
      for (;;) {
        const turn = turns[n - 1];
        if (turn !== undefined) return { turn, exit: null };
        if (exit !== null) return { turn: null, exit };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
