import { warning } from "@actions/core";
import { taskName } from "#domain/task.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { ProblemError } from "#operations/problem-error.ts";
import type { Plane } from "./plane.ts";
import { untilAborted } from "./until-aborted.ts";

/** Of the 7.5 s between GitHub's two signals, so much may pass until Claude has stopped and its work is saved. */
const stopMs = 4_500;
/** From then on only what the next job needs is still kept, whatever is not done yet. */
const lateMs = 5_500;
/** By then the job has ended by itself. */
const endMs = 9_000;

export type Cancelling = {
  /** Fires when the job is cancelled. */
  asked: AbortSignal;
  /** Fires when there is no time for anything but to keep how far we are. */
  late: AbortSignal;
  /** After a cancellation, waits for what runs to end, as long as there is time; else does nothing. */
  over(): Promise<void>;
  /** Waits for that, and no longer than until it is late. */
  inTime(work: Promise<unknown>): Promise<void>;
  /** Waits for the last of it, and after a cancellation no longer than until GitHub would end the job. */
  atLast(work: Promise<unknown>): Promise<void>;
  end(): void;
};

/**
 * A job that is cancelled, or has taken too long, gets SIGINT, SIGTERM 7.5 s later, and is killed 2.5 s after that. At the
 * first the task is stopped, which saves its work and is told on the issue.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
export function cancelInTime(plane: Plane): Cancelling {
  const asked = new AbortController();
  const late = new AbortController();
  const end = new AbortController();
  const clocks: NodeJS.Timeout[] = [];
  const onSignal = () => {
    if (asked.signal.aborted) return late.abort();
    clocks.push(
      setTimeout(() => late.abort(), lateMs),
      setTimeout(() => end.abort(), endMs),
    );
    warning("The job is being cancelled: stopping Claude and saving its work.");
    const [task] = plane.world.store.tasks.list({ limit: 1 });
    try {
      if (task !== undefined) cancelTask(plane.world, taskName(task.id), "GitHub Actions");
    } catch (error) {
      // Nothing runs any more: then there is nothing to stop.
      if (!(error instanceof ProblemError)) throw error;
    }
    asked.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, onSignal);
  return {
    asked: asked.signal,
    late: late.signal,
    async over() {
      if (!asked.signal.aborted) return;
      const until = Date.now() + stopMs;
      while (plane.rest().kind === "run" && Date.now() < until && !late.signal.aborted)
        await plane.change(200, late.signal);
    },
    inTime: (work) => untilAborted(work, late.signal),
    atLast: (work) => untilAborted(work, end.signal),
    end() {
      for (const clock of clocks) clearTimeout(clock);
      for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, onSignal);
    },
  };
}
