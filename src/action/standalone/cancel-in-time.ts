import { warning } from "@actions/core";
import { taskName } from "#domain/task.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { ProblemError } from "#operations/problem-error.ts";
import type { Plane } from "./plane.ts";

/** Of the 7.5 s between GitHub's two signals, so much may pass until Claude has stopped and its work is saved. */
const stopMs = 5_000;

/**
 * A job that is cancelled, or has taken too long, gets SIGINT, SIGTERM 7.5 s later, and is killed 2.5 s after that. At the
 * first the task is stopped, which saves its work and is told on the issue.
 */
export function cancelInTime(plane: Plane): { signal: AbortSignal; over(): Promise<void>; end(): void } {
  const asked = new AbortController();
  const onSignal = () => {
    if (asked.signal.aborted) return;
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
    signal: asked.signal,
    async over() {
      if (!asked.signal.aborted) return;
      const until = Date.now() + stopMs;
      const never = new AbortController().signal;
      while (plane.rest().kind === "run" && Date.now() < until) await plane.change(200, never);
    },
    end() {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, onSignal);
    },
  };
}
