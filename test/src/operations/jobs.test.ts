import { describe, expect, test } from "vitest";
import { jobPatienceMs, mostJobTries } from "#domain/job-start.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import { showTask } from "#operations/show-tasks.ts";
import { startJobs } from "#operations/start-jobs.ts";
import { minute, second } from "./bench.ts";
import { queueing } from "./queueing.ts";
import { labelled } from "./quiet-github.ts";

const on = queueing();

async function ask(policy: string): Promise<void> {
  on.quiet.policy = policy;
  acceptDelivery(on.bench.world, labelled(1, on.bench.world.clock()));
  await on.bench.workDeliveries();
  on.bench.pass(second);
}
const job = "claude.yml@main: 1";

describe("a job of GitHub Actions", () => {
  test("is asked for at once where no runner may take the run, and once", async () => {
    await ask("actions: { workflow: claude.yml }\nruns_on: [actions]\n");
    on.bench.addRunner();
    await startJobs(on.bench.world);
    await startJobs(on.bench.world);
    expect(on.quiet.jobs).toEqual([job]);
  });

  test("is asked for when the runners that may take the run have not taken it for so many minutes", async () => {
    await ask("actions: { workflow: claude.yml, after_minutes: 5 }\n");
    on.bench.addRunner();
    const { nextAt } = await startJobs(on.bench.world);
    expect([on.quiet.jobs, nextAt]).toEqual([[], on.bench.world.clock() - second + 5 * minute]);
  });

  test("that does not come is asked for again, three times in all; the run is in the queue all the while", async () => {
    await ask("actions: { workflow: claude.yml }\nruns_on: [actions]\n");
    for (let tries = 0; tries < mostJobTries + 2; tries += 1) {
      await startJobs(on.bench.world);
      await startJobs(on.bench.world);
      expect(showTask(on.bench.world, "TASK-1").status).toBe("queued");
      on.bench.pass(jobPatienceMs + second);
    }
    expect(on.quiet.jobs).toEqual([job, job, job]);
  });

  test("is stopped when its task is, once", async () => {
    await ask("actions: { workflow: claude.yml }\nruns_on: [actions]\n");
    await startJobs(on.bench.world);
    cancelTask(on.bench.world, "TASK-1", "ada");
    await startJobs(on.bench.world);
    await startJobs(on.bench.world);
    expect(on.quiet.jobs).toEqual([job, "- 1"]);
  });

  test("whose run another runner took after it had come is told so at its next claim, and does not wait for ever", async () => {
    await ask("actions: { workflow: claude.yml, after_minutes: 0 }\n");
    const late = on.bench.addRunner({ name: "actions-1-1-1", onlyRun: 1 });
    on.bench.claim(on.bench.addRunner());
    expect(() => claimRun(on.bench.world, late, 1)).toThrow("needs this job no more");
  });

  test("is not asked for where the policy names no workflow", async () => {
    await ask("runs_on: [gpu]\n");
    await startJobs(on.bench.world);
    expect(on.quiet.jobs).toEqual([]);
  });
});
