import type { Exit } from "#runner/terminal/exit.ts";
import type { RunContext } from "./context.ts";
import { type Opening, withSpent } from "./memory.ts";
import type { Spent } from "./spent.ts";

/** How often a run goes on with a new instance after one was lost; what is lost again and again has a cause of its own. */
const maxRevivals = 3;

/**
 * Why the session of an ended instance should go on in a new one, in words for Claude; null where it should not. That is
 * so when it was lost through no doing of its own: its terminal was taken away, the machine started anew, or it was ended
 * while no runner was there to see it.
 */
export function whyRevive(context: RunContext, exit: Exit, isAdopted: boolean): string | null {
  if (context.memory.now.revivals >= maxRevivals || exit.stopped === "cancelled") return null;
  if (exit.stopped === "runner_stopping") return "the program that runs you was stopped.";
  if (exit.reason === "terminal_lost") return "the terminal that you ran in was lost, or the machine was started anew.";
  if (isAdopted && exit.stopped === undefined && exit.reason === "killed" && exit.oom !== true) {
    return "your process was killed while the program that runs you was away.";
  }
  return null;
}

/** Writes down that the run goes on with another instance, and what that is told first. */
export function passOn(context: RunContext, opening: Opening, spent: Spent): void {
  const { memory } = context;
  const { instance, revivals } = memory.now;
  memory.keep({
    instance: instance + 1,
    opening,
    turnsHandled: 0,
    verified: null,
    ...withSpent(memory.now, spent),
    revivals: opening.kind === "interrupted" ? revivals + 1 : revivals,
  });
}
