import { expect, test } from "vitest";
import { cancelTask } from "#operations/cancel-task.ts";
import { giveBackLeftRuns } from "#operations/give-back-left-runs.ts";
import { queueing } from "./queueing.ts";

const at = queueing();

test("what a machine held that is gone for certain is in the queue again at once, in the same session (I1)", async () => {
  await at.ask(1);
  const runner = at.bench.addRunner();
  const offer = at.bench.claim(runner);
  expect(giveBackLeftRuns(at.bench.world)).toMatchObject([{ id: offer.runId, sessionId: offer.sessionId }]);
  expect(at.taskNow().status).toBe("queued");
  expect(at.bench.claim(at.bench.addRunner())).toMatchObject({
    runId: offer.runId,
    epoch: offer.epoch + 1,
    sessionId: offer.sessionId,
  });
});

test("what was asked to stop on it has stopped, and where nothing was held nothing changes", async () => {
  await at.ask(1);
  expect(giveBackLeftRuns(at.bench.world)).toEqual([]);
  at.bench.claim(at.bench.addRunner());
  cancelTask(at.bench.world, "TASK-1", "GitHub Actions");
  expect(at.taskNow().status).toBe("in_progress");
  giveBackLeftRuns(at.bench.world);
  expect(at.taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
});
