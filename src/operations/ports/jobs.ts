import type { AskedJob } from "#domain/job-start.ts";

/** What was asked of GitHub Actions for runs. */
export interface Jobs {
  get(runId: number): AskedJob | null;
  list(): AskedJob[];
  put(job: AskedJob): void;
  remove(runId: number): void;
}
