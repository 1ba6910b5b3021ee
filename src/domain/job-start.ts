import type { ActionsPolicy } from "#protocol/policy.ts";

/** What was asked of GitHub Actions for a run. */
export type AskedJob = { runId: number; workflowRun: number; url: string; askedAt: number; tries: number };

/** A job that was asked for and has not come by then does not come any more. */
export const jobPatienceMs = 10 * 60_000;
export const mostJobTries = 3;
const minuteMs = 60_000;

/**
 * When a job of GitHub Actions is to be asked for, for a run that nobody takes, in milliseconds since 1970.
 * @param of.queuedAt since when a runner could have taken the run
 * @param of.hasTaker whether a runner that may take it is there, free or not
 * @returns null for never: the policy names no workflow, or three jobs did not come
 */
export function jobWantedAt(of: {
  actions: ActionsPolicy | undefined;
  queuedAt: number;
  hasTaker: boolean;
  asked: AskedJob | null;
}): number | null {
  const { actions, asked } = of;
  if (actions === undefined || (asked !== null && asked.tries >= mostJobTries)) return null;
  const again = asked === null ? 0 : asked.askedAt + jobPatienceMs;
  const patience = of.hasTaker ? actions.after_minutes * minuteMs : 0;
  return Math.max(again, of.queuedAt + patience);
}
