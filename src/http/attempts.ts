import { ProblemError } from "#operations/problem-error.ts";

export type Attempts = { take(): void };

/**
 * How often strangers may have us ask GitHub who they are: each attempt costs a call in our name.
 * @returns `take` counts one more @throws ProblemError 429
 */
export function openAttempts({ most, perMs, clock }: { most: number; perMs: number; clock: () => number }): Attempts {
  let since = 0;
  let taken = 0;
  return {
    take() {
      const now = clock();
      if (now - since >= perMs) [since, taken] = [now, 0];
      taken += 1;
      if (taken <= most) return;
      throw new ProblemError({
        status: 429,
        code: "too_many_attempts",
        title: "Too many people sign in at this moment.",
        advice: "Try again in a minute.",
      });
    },
  };
}
