import type { JobClaims } from "#domain/job.ts";

/** Whoever can tell that a job of GitHub Actions is what it says. */
export interface JobTokens {
  /** @throws ProblemError 401 for a token that is not signed by GitHub, not for us, or not of this moment */
  read(token: string): Promise<JobClaims>;
}
