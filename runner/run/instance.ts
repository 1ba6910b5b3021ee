import type { StreamEvent, TurnEnd } from "#runner/claude/events.ts";
import { AT_START, advance, type Progress } from "#runner/claude/progress.ts";
import { parseLine } from "#runner/claude/stream.ts";
import { followLines } from "#runner/follow-lines.ts";
import { monotonic } from "#runner/monotonic.ts";
import type { Exit } from "#runner/terminal/exit.ts";
import { terminalFiles } from "#runner/terminal/files.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";
import { isWordsId } from "./words-id.ts";

/** One live Claude Code process, followed through its transcript. */
export type Instance = {
  readonly terminal: Terminal;
  progress(): Progress;
  /**
   * The end of the turns that answer the run's own `n`th message, counted from 1; or the exit, when the process ended
   * without one. What people say after the last step of a turn begins another one by itself, which belongs to it.
   * @param isOpen whether the instance has something to hear that will begin another turn
   * @returns `count` is the number of all turns so far
   */
  turn(
    n: number,
    isOpen: () => boolean,
  ): Promise<{ turn: TurnEnd; count: number; exit: null } | { turn: null; exit: Exit }>;
  /** Looks again whether a turn has ended. */
  look(): void;
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
  const turns: { end: TurnEnd; isOwn: boolean }[] = [];
  let took: string[] = [];
  let isAtWork = false;
  let wake: () => void = () => undefined;
  let heardAt = monotonic();
  const take = (line: string, end: number) => {
    const events = parseLine(line);
    heardAt = monotonic();
    for (const event of events) {
      progress = advance(progress, event);
      if (event.kind === "started") isAtWork = true;
      if (event.kind === "replayed") took.push(event.id);
      if (event.kind !== "turnEnded") continue;
      // One that took nothing in failed before the first answer of the model, or goes on with an answered question.
      turns.push({ end: event, isOwn: took.length === 0 || !took.every(isWordsId) });
      took = [];
      isAtWork = false;
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
    look: () => wake(),
    async turn(n, isOpen) {
      for (;;) {
        const last = turns.at(-1)?.end;
        const isAnswered = last !== undefined && turns.filter(({ isOwn }) => isOwn).length >= n;
        const isLast = last?.isError === true || last?.deferred != null || exit !== null || !(isAtWork || isOpen());
        if (isAnswered && isLast) return { turn: last, count: turns.length, exit: null };
        if (exit !== null) return { turn: null, exit };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
