import { canTake } from "#domain/dispatch.ts";
import { jobWantedAt } from "#domain/job-start.ts";
import { GitHubRefusedError } from "./ports/github.ts";
import type { World } from "./ports/world.ts";
import { loadQueue } from "./queue-view.ts";
import { jobLabel } from "./register-job.ts";

export type StartedJobs = { started: number; refused: string[]; nextAt: number | null };

/**
 * Asks GitHub Actions for a job for each queued run that its policy gives to jobs: at once where no runner of ours may
 * take it, and where they have not taken it for a while. The run stays in the queue until somebody claims it: a job that
 * never starts, or that comes when the run is gone, does no harm.
 */
export async function startJobs(world: World): Promise<StartedJobs> {
  const { store, github } = world;
  const now = world.clock();
  const { queue, takers } = loadQueue(world);
  const result: StartedJobs = { started: 0, refused: [], nextAt: null };
  for (const queued of queue) {
    if (queued.held !== null) continue;
    const run = store.runs.get(queued.runId);
    const task = run && store.tasks.get(run.taskId);
    const { actions } = task?.policy ?? {};
    if (!run || !task || actions === undefined) continue;
    const asked = store.jobs.get(run.id);
    const own = takers.filter((taker) => taker.onlyRun === null);
    const hasTaker = own.some((taker) => canTake(taker, queued)) && !queued.labels.includes(jobLabel);
    const queuedAt = Math.max(run.createdAt, run.notBefore ?? 0);
    const at = jobWantedAt({ actions, queuedAt, hasTaker, asked });
    if (at === null) continue;
    if (at > now) {
      result.nextAt = Math.min(result.nextAt ?? at, at);
      continue;
    }
    try {
      const { defaultBranch } = await github.repository(task.repository);
      const inputs = { run: String(run.id) };
      const job = await github.startJob(task.repository, actions.workflow, defaultBranch, inputs);
      store.transaction(() => {
        store.jobs.put({
          runId: run.id,
          workflowRun: job.id,
          url: job.url,
          askedAt: now,
          tries: (asked?.tries ?? 0) + 1,
        });
        store.surfaces.markDue(task.id, now);
      });
      result.started += 1;
    } catch (error) {
      if (!(error instanceof GitHubRefusedError)) throw error;
      // Nobody is helped by asking again each second for a workflow that is not there.
      store.transaction(() =>
        store.jobs.put({ runId: run.id, workflowRun: 0, url: "", askedAt: now, tries: (asked?.tries ?? 0) + 1 }),
      );
      result.refused.push(`${task.repository.name}, ${actions.workflow}: ${error.message}`);
    }
  }
  await stopUnwanted(world);
  return result;
}

/** Jobs whose run has ended without them are stopped: they would only find that out for themselves. */
async function stopUnwanted(world: World): Promise<void> {
  const { store, github } = world;
  for (const job of store.jobs.list()) {
    const run = store.runs.get(job.runId);
    const task = run && store.tasks.get(run.taskId);
    if (run && run.status !== "completed") continue;
    const byJob = run?.runnerId != null && store.runners.get(run.runnerId)?.onlyRun === run.id;
    if (task && job.workflowRun > 0 && !byJob) {
      try {
        await github.stopJob(task.repository, job.workflowRun);
      } catch (error) {
        // It has ended, or is gone with its repository.
        if (!(error instanceof GitHubRefusedError)) throw error;
      }
    }
    store.transaction(() => store.jobs.remove(job.runId));
  }
}
