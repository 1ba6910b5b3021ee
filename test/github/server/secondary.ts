import { GitHubProblem } from "../state/problem.ts";
import type { Call } from "./calls.ts";

const minuteMs = 60_000;

export interface SecondaryUse {
  /** Content-creating requests in the last minute and hour: GitHub allows 80 and 500. */
  contentMinute: number;
  contentHour: number;
  /** Points in the last minute, 1 for a read and 5 for a write: GitHub allows 900. */
  points: number;
}

/**
 * GitHub's secondary limits, counted over the calls of one actor.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export function secondaryUse(calls: readonly Call[], actor: string, now: number): SecondaryUse {
  const own = calls.filter((call) => call.actor === actor && now - call.at.getTime() < 60 * minuteMs);
  const minute = own.filter((call) => now - call.at.getTime() < minuteMs);
  return {
    contentMinute: minute.filter((call) => call.contentCreating).length,
    contentHour: own.filter((call) => call.contentCreating).length,
    points: minute.reduce((sum, call) => sum + call.points, 0),
  };
}

/** The 403 that GitHub answers past a secondary limit, or null. */
export function overSecondaryLimit(use: SecondaryUse, contentCreating: boolean): GitHubProblem | null {
  const isOver = use.points >= 900 || (contentCreating && (use.contentMinute >= 80 || use.contentHour >= 500));
  if (!isOver) return null;
  return new GitHubProblem(
    403,
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    {},
    { "retry-after": "60" },
  );
}
