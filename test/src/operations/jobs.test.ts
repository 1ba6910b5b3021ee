import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jobPatienceMs, mostJobTries } from "#domain/job-start.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import { showTask } from "#operations/show-tasks.ts";
import { startJobs } from "#operations/start-jobs.ts";
import { type Bench, minute, openBench, second } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub } from "./quiet-github.ts";

let bench: Bench;
let quiet: QuietGitHub;
beforeEach(() => {
  quiet = quietGitHub();
  bench = openBench(quiet.github);
});
afterEach(() => bench.close());

async function ask(policy: string): Promise<void> {
  quiet.policy = policy;
  acceptDelivery(bench.world, labelled(1, bench.world.clock()));
  await bench.workDeliveries();
  bench.pass(second);
}
const job = "claude.yml@main: 1";

describe("a job of GitHub Actions", () => {
  test("is asked for at once where no runner may take the run, and once", async () => {
    await ask("actions: { workflow: claude.yml }\nruns_on: [actions]\n");
    bench.addRunner();
    await startJobs(bench.world);
    await startJobs(bench.world);
    expect(quiet.jobs).toEqual([job]);
  });

  test("is asked for when the runners that may take the run have not taken it for so many minutes", async () => {
    await ask("actions: { workflow: claude.yml, after_minutes: 5 }\n");
    bench.addRunner();
    const { nextAt } = await startJobs(bench.world);
    expect([quiet.jobs, nextAt]).toEqual([[], bench.world.clock() - second + 5 * minute]);
  });

  test("that does not come is asked for again, three times in all; the run is in the queue all the while", async () => {
    await ask("actions: { workflow: claude.yml }\nruns_on: [actions]\n");
    for (let tries = 0; tries < mostJobTries + 2; tries += 1) {
      await startJobs(bench.world);
      await startJobs(bench.world);
      expect(showTask(bench.world, "TASK-1").status).toBe("queued");
      bench.pass(jobPatienceMs + second);
    }
    expect(quiet.jobs).toEqual([job, job, job]);
  });

  test("is stopped when its task is, once", async () => {
    await ask("actions: { workflow: claude.yml }\nruns_on: [actions]\n");
    await startJobs(bench.world);
    cancelTask(bench.world, "TASK-1", "ada");
    await startJobs(bench.world);
    await startJobs(bench.world);
    expect(quiet.jobs).toEqual([job, "- 1"]);
  });

  test("whose run another runner took after it had come is told so at its next claim, and does not wait for ever", async () => {
    await ask("actions: { workflow: claude.yml, after_minutes: 0 }\n");
    const late = bench.addRunner({ name: "actions-1-1-1", onlyRun: 1 });
    bench.claim(bench.addRunner());
    expect(() => claimRun(bench.world, late, 1)).toThrow("needs this job no more");
  });

  test("is not asked for where the policy names no workflow", async () => {
    await ask("runs_on: [gpu]\n");
    await startJobs(bench.world);
    expect(quiet.jobs).toEqual([]);
  });
});
