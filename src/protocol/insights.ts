import { z } from "zod";
import { Instant, Purpose, RepositoryName } from "./words.ts";

const Count = z.int().min(0);

/** How work went over a span of days. Days are those of UTC; money is in dollars at list prices. */
export const Insights = z.object({
  from: Instant,
  to: Instant,
  /** Each day of the span, the oldest first. */
  days: z.array(
    z.object({
      day: z.iso.date(),
      asked: Count,
      merged: Count,
      failed: Count,
      costUsd: z.number().min(0),
      /** From being queued to being claimed, the median of the runs that were claimed that day; null without any. */
      waitingSeconds: z.number().min(0).nullable(),
    }),
  ),
  totals: z.object({
    asked: Count,
    merged: Count,
    failed: Count,
    runs: Count,
    costUsd: z.number().min(0),
    /** Null while nothing was merged. */
    costPerMergedUsd: z.number().min(0).nullable(),
    waitingSeconds: z.number().min(0).nullable(),
    /** From claim to end. */
    workingSeconds: z.number().min(0).nullable(),
  }),
  repositories: z.array(
    z.object({ name: RepositoryName, runs: Count, succeeded: Count, merged: Count, costUsd: z.number().min(0) }),
  ),
  purposes: z.array(z.object({ name: Purpose, runs: Count, succeeded: Count, costUsd: z.number().min(0) })),
  /** How many tasks took so many runs to mend failing checks. */
  fixRounds: z.array(z.object({ rounds: Count, tasks: Count })),
  /** Calls to GitHub since the control plane started. */
  calls: z.object({
    since: Instant,
    reads: Count,
    writes: Count,
    /** Answered "nothing new", which costs nothing of the limit. */
    unchanged: Count,
    /** Answered "not now". */
    refused: Count,
    /** What GitHub said last about the hourly limit, for whom it is least; null before the first answer. */
    limit: z.object({ left: Count, of: Count, resetsAt: Instant }).nullable(),
  }),
});
export type Insights = z.infer<typeof Insights>;
