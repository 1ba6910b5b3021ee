import { existsSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { reserveWorktree } from "#runner/git/make-worktree.ts";
import type { Mirror } from "#runner/git/mirror.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";
import type { RunContext } from "./context.ts";
import { placesOf } from "./places.ts";
import { startClaude, terminalName } from "./start-claude.ts";

const grace = { interruptMs: 1_000, termMs: 2_000 };

/**
 * Claude Code takes longer to start than a worktree takes to make, so for a task that is new on this machine both happen
 * at once: the instance starts in the empty folder, and hears its first word when everything is there.
 * @returns null where there is something in the folder already; a failed start shows when the instance is wanted
 */
export async function startEarly(context: RunContext, mirror: Mirror): Promise<{ terminal: Promise<Terminal> } | null> {
  const { work } = placesOf(context);
  if (context.isTakenUp || existsSync(work)) return null;
  const tree = await reserveWorktree(work);
  // The sandbox shows only what exists when it is made.
  await mkdir(mirror.path, { recursive: true, mode: 0o700 });
  const terminal = startClaude(context, { path: tree, mirrorPath: mirror.path });
  terminal.catch(() => undefined);
  return { terminal };
}

/** Ends an instance that was started early and is not wanted after all. */
export async function dismiss(early: { terminal: Promise<Terminal> } | null): Promise<void> {
  const terminal = await early?.terminal.catch(() => null);
  if (terminal == null) return;
  await terminal.stop("not_wanted", grace);
  await terminal.remove();
}

/** After a crash: ends the instance that an earlier runner had started in a folder that never became a worktree. */
export async function abandonEarly(context: RunContext): Promise<void> {
  const { memory } = context;
  const { instance } = placesOf(context);
  const terminal = await context.terminals.adopt(terminalName(context), instance);
  if (terminal === null) {
    // It may still be on its way up, under this name and in this folder.
    memory.keep({ instance: memory.now.instance + 1 });
    return;
  }
  await dismiss({ terminal: Promise.resolve(terminal) });
  // It never heard a word: the next one takes its place.
  rmSync(instance, { recursive: true, force: true });
}
