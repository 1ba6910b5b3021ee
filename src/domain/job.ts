import type { Reason } from "#protocol/words.ts";
import type { RunFacts } from "./run.ts";
import type { TaskFacts } from "./task.ts";

/** What GitHub signs about a job of GitHub Actions, as far as we go by it. */
export type JobClaims = {
  repositoryId: number;
  /** `owner/name/.github/workflows/claude.yml@refs/heads/main` */
  workflowRef: string;
  /** The branch that the workflow runs on: `refs/heads/main`. */
  ref: string;
  runId: string;
  runAttempt: string;
};

/** A job is a runner for this long at most: GitHub ends jobs after six hours. */
export const jobMs = 6 * 60 * 60_000;

/** The name under which the job is a runner: one for each attempt of a workflow run. */
export function jobName(claims: JobClaims, runId: number): string {
  return `actions-${claims.runId}-${claims.runAttempt}-${runId}`.slice(0, 63);
}

/**
 * Why the job may not have the run; null when it may. Anybody who can push a branch can write a workflow on it and have
 * it signed: what counts is that this workflow is the one that the default branch's policy names, as it is there.
 */
export function jobRefusal(claims: JobClaims, run: RunFacts, task: TaskFacts, defaultBranch: string): Reason | null {
  const { actions } = task.policy;
  if (claims.repositoryId !== task.repository.id)
    return of("another_repository", "The run belongs to another repository.");
  if (actions === undefined)
    return of(
      "actions_not_allowed",
      "The repository's policy does not let GitHub Actions take runs.",
      "Add `actions: { workflow: claude.yml }` to .github/cc-orchestrator.yml on the default branch.",
    );
  const wanted = `${task.repository.name}/.github/workflows/${actions.workflow}@refs/heads/${defaultBranch}`;
  if (claims.workflowRef.toLowerCase() !== wanted.toLowerCase() || claims.ref !== `refs/heads/${defaultBranch}`)
    return of(
      "another_workflow",
      `The job is of ${claims.workflowRef}, and the policy names ${wanted}.`,
      "Start the workflow on the default branch, or correct `actions.workflow` in the policy.",
    );
  if (run.status !== "queued")
    return of("run_taken", "The run is not in the queue any more: another runner has it, or it ended.");
  return null;
}

function of(code: string, sentence: string, advice?: string): Reason {
  return { code, sentence, ...(advice === undefined ? {} : { advice }) };
}
