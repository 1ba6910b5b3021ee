import type { Worktree } from "#runner/git/worktree.ts";
import { LeaseError } from "#runner/lease.ts";
import type { Terminal } from "#runner/terminal/terminal.ts";
import { saveNowAndThen } from "./attend.ts";
import type { RunContext } from "./context.ts";
import { withSpent } from "./memory.ts";
import type { Prepared } from "./prepared.ts";
import type { Spent } from "./spent.ts";
import { adoptOrStart } from "./start-claude.ts";
import { StopError } from "./stop.ts";

/** Why an instance is ended when a person wants its session; how its record keeps it. */
export const takenOver = "taken_over";
const handedBack = "handed_back";

const grace = { interruptMs: 5_000, termMs: 5_000 };

/** Whose wish to have the session is open; null while nobody wants it. */
export function takeoverWanted({ wishes, memory }: RunContext): { by: string; at: number } | null {
  return wishes.list().find(({ want, at }) => want === "take_over" && at > memory.now.tookOverAt) ?? null;
}

/**
 * Writes down that the run's next instance is the person's: Claude Code's own screen, on the same session.
 * @param spent what the instance that makes room has used
 */
export function passToPerson(context: RunContext, wish: { by: string; at: number }, spent: Spent): void {
  const { instance } = context.memory.now;
  context.memory.keep({
    instance: instance + 1,
    takenOver: { by: wish.by, at: wish.at },
    tookOverAt: wish.at,
    turnsHandled: 0,
    verified: null,
    ...withSpent(context.memory.now, spent),
  });
}

/**
 * Opens Claude Code's screen in the run's terminal and waits until the person has left it, or has handed it back from
 * elsewhere. No limit of silence or time holds meanwhile; the work is saved now and then. The next instance goes on.
 * A runner that comes in the midst of it takes the screen up as it is.
 */
export async function letPersonWork(
  context: RunContext,
  { worktree }: Prepared,
  { by, at }: { by: string; at: number },
): Promise<void> {
  const { memory } = context;
  const resume = context.clock.hold();
  try {
    const { terminal } = await adoptOrStart(context, { worktree, early: null });
    const key = `taken over ${memory.now.instance}`;
    const attach = terminal.attachCommand().join(" ").slice(0, 500);
    context.report({ kind: "taken_over", by, at, attach }, { key });
    context.report(
      { kind: "step", step: "claude", state: "started", detail: `taken over by ${by}` },
      { key: `step ${key}` },
    );
    await untilLeft(context, worktree, terminal, at);
    if (context.stopping.aborted) {
      memory.keep({ takenOver: null });
      await terminal.remove();
      context.stopping.throwIfAborted();
    }
    context.report({ kind: "handed_back" }, { key: `handed back ${memory.now.instance}` });
    memory.keep({ instance: memory.now.instance + 1, takenOver: null, opening: { kind: "handed_back", by } });
  } finally {
    resume();
  }
}

async function untilLeft(context: RunContext, worktree: Worktree, terminal: Terminal, at: number): Promise<void> {
  const end = (why: string) => {
    terminal.stop(why, grace).catch((error: unknown) => {
      context.log.error({ task: context.offer.task, error: String(error) }, "a screen could not be closed");
    });
  };
  const unlisten = context.wishes.listen(() => {
    if (context.wishes.list().some((wish) => wish.want === "hand_back" && wish.at === at)) end(handedBack);
  });
  const onStop = () => end(whyOf(context.stopping.reason));
  context.stopping.addEventListener("abort", onStop, { once: true });
  if (context.stopping.aborted) onStop();
  const over = new AbortController();
  const saving = saveNowAndThen(context, worktree, over.signal).catch((error: unknown) => {
    context.log.warn({ task: context.offer.task, error: String(error) }, "a person's work could not be saved");
  });
  try {
    const exit = await terminal.exited;
    context.log.info({ task: context.offer.task, exit }, "the person has left");
  } finally {
    unlisten();
    context.stopping.removeEventListener("abort", onStop);
    over.abort();
    await saving;
  }
}

function whyOf(cause: unknown): string {
  return cause instanceof StopError || cause instanceof LeaseError ? cause.why : "run_failed";
}
