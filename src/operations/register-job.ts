import { jobMs, jobName, jobRefusal } from "#domain/job.ts";
import type { RegisterJobRequest, RegisterResponse } from "#protocol/runner.ts";
import type { JobTokens } from "./ports/job-tokens.ts";
import type { World } from "./ports/world.ts";
import { ProblemError } from "./problem-error.ts";
import { putRunner } from "./put-runner.ts";
import { hashOf } from "./register-runner.ts";

/** The label that every job has: a policy's `runs_on: [actions]` keeps a repository's runs for them. */
export const jobLabel = "actions";

/**
 * A job of GitHub Actions becomes a runner for one run: its signed token is exchanged for a credential that is good for
 * that run alone, and for as long as a job can last.
 * @throws ProblemError 401, 403, 404, or 409 `run_taken`
 */
export async function registerJob(
  world: World,
  tokens: JobTokens,
  request: RegisterJobRequest,
): Promise<RegisterResponse> {
  const { store } = world;
  const claims = await tokens.read(request.token);
  const run = store.runs.get(request.run);
  const task = run && store.tasks.get(run.taskId);
  if (!run || !task)
    throw new ProblemError({ status: 404, code: "no_such_run", title: `There is no run ${request.run} here.` });
  const { defaultBranch } = await world.github.repository(task.repository);
  const credential = world.newSecret();
  const runner = store.transaction(() => {
    const refusal = jobRefusal(claims, store.runs.get(run.id) ?? run, task, defaultBranch);
    if (refusal !== null) {
      const { code, sentence: title, advice } = refusal;
      const status = code === "run_taken" ? 409 : 403;
      throw new ProblemError({ status, code, title, ...(advice === undefined ? {} : { advice }) });
    }
    return putRunner(world, {
      name: jobName(claims, run.id),
      credentialHash: hashOf(credential),
      labels: [...new Set([jobLabel, ...task.policy.runs_on])],
      slots: 1,
      version: request.version,
      sandbox: request.sandbox,
      repositories: [task.repository.name],
      onlyRun: run.id,
      endsAt: world.clock() + jobMs,
    });
  });
  world.bell.runner(runner.id);
  return { runnerId: runner.id, credential };
}
