import { describe, expect, test } from "vitest";
import { sessionGraceMs } from "#domain/dispatch.ts";
import { pictureOf } from "#domain/surfaces/picture.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { claimRun } from "#operations/claim-run.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { listRunners } from "#operations/show-runners.ts";
import { wakeQueue } from "#operations/wake-queue.ts";
import type { RunOffer } from "#protocol/run.ts";
import { hour, minute, second } from "./bench.ts";
import { queueing } from "./queueing.ts";

const on = queueing();
const { now, ask, end, because, started, beat, taskNow } = on;

describe("a usage limit", () => {
  async function limited(until = now() + hour): Promise<{ laptop: RunnerFacts; first: RunOffer; until: string }> {
    await ask(1);
    const laptop = on.bench.addRunner({ name: "laptop" });
    const first = on.bench.claim(laptop);
    const at = new Date(until).toISOString();
    end(laptop, first, because("usage_limit", { until: at }), [started(first.sessionId)]);
    return { laptop, first, until: at };
  }

  test("makes the task wait until the stated time, and says so everywhere", async () => {
    const { until } = await limited();
    expect(taskNow()).toMatchObject({
      status: "waiting",
      reason: {
        code: "usage_limit",
        until,
        sentence: `Claude's usage limit is reached; this resumes ${until.slice(11, 16)} UTC.`,
      },
    });
  });

  test("is what the issue shows: waiting, with the time, under the label of work that is under way", async () => {
    const { until } = await limited();
    const task = on.bench.store.tasks.get(1);
    if (task === null) throw new Error("no task");
    const runs = on.bench.store.runs.ofTask(1);
    const { status, conclusion, reason } = taskNow();
    const state = { status, conclusion, reason };
    const { comment, label } = pictureOf({ task, runs, state, now: now(), operator: on.bench.world.operator });
    expect(comment).toContain("**Waiting** · Claude's usage limit is reached; this resumes");
    expect(comment).toContain(until.slice(11, 16));
    expect(label).toBe("inProgress");
  });

  test("ends by itself: the same session goes on, on the runner that has it", async () => {
    const { laptop, first } = await limited();
    const other = on.bench.addRunner();
    on.bench.pass(hour - 2 * second);
    expect(claimRun(on.bench.world, laptop, 2)).toBeNull();
    on.bench.pass(5 * second);
    expect(claimRun(on.bench.world, other, 2)).toBeNull();
    expect(on.bench.claim(laptop)).toMatchObject({ sessionId: first.sessionId, resume: true, purpose: "implement" });
  });

  test("wakes whoever waits for a run at that time, and only then", async () => {
    await limited();
    on.bench.rung();
    const before = wakeQueue(on.bench.world, now());
    expect(on.bench.rung()).toEqual({});
    on.bench.pass(hour);
    wakeQueue(on.bench.world, before);
    expect(on.bench.rung()).toMatchObject({ queue: 1, work: 1, task: 1 });
    expect(on.bench.store.surfaces.due(now())).toMatchObject([{ taskId: 1 }]);
  });

  test("leaves the run to another runner when the one that has the session does not come, and that one starts afresh", async () => {
    const { first } = await limited();
    const other = on.bench.addRunner();
    on.bench.pass(hour + sessionGraceMs - minute);
    on.bench.store.runners.update({ ...other, heartbeatAt: now() });
    expect(claimRun(on.bench.world, other, 2)).toBeNull();
    expect(taskNow()).toMatchObject({ status: "queued", reason: { code: "session_elsewhere" } });
    on.bench.pass(minute);
    const offer = on.bench.claim(other);
    expect(offer.resume).toBe(false);
    expect(offer.sessionId).not.toBe(first.sessionId);
  });

  test("uses no attempt up, however often it comes", async () => {
    await ask(1);
    const runner = on.bench.addRunner();
    for (let round = 0; round < 6; round += 1) {
      const offer = on.bench.claim(runner);
      const until = new Date(now() + hour).toISOString();
      end(runner, offer, because("usage_limit", { until }), [started(offer.sessionId)]);
      on.bench.pass(hour + minute);
    }
    end(runner, on.bench.claim(runner), because("push_failed"));
    expect(taskNow()).toMatchObject({ status: "queued", reason: { code: "retry_later" } });
  });

  test("holds the other tasks of that login, and the queue says until when; a runner with another login goes on", async () => {
    const { laptop, until } = await limited();
    await ask(2);
    beat(laptop, because("usage_limit", { until }));
    expect(taskNow(2)).toMatchObject({
      status: "queued",
      reason: {
        code: "runner_usage_limit",
        sentence: `Runner laptop waits for its usage limit until ${until.slice(11, 16)} UTC.`,
      },
    });
    expect(listRunners(on.bench.world)[0]?.notClaiming).toMatchObject({ code: "usage_limit", until });
    const other = on.bench.addRunner();
    expect(taskNow(2).reason).toBeNull();
    expect(on.bench.claim(other).task).toBe("TASK-2");
    beat(laptop, null);
    expect(listRunners(on.bench.world)[0]?.notClaiming).toBeUndefined();
  });

  test("can be called off: the waiting task ends at once", async () => {
    await limited();
    cancelTask(on.bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
  });
});
