import { describe, expect, test } from "vitest";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { minute, second } from "./bench.ts";
import { nothing, reconciling } from "./reconciling.ts";

const on = reconciling();

describe("its cost", () => {
  test("is nothing that GitHub counts while nothing happens: 60 looks an hour, at most 12 calls", async () => {
    const issue = on.labelled();
    await on.look();
    await on.finish(issue);
    on.bench.pass(minute);
    for (let settling = 0; settling < 2; settling += 1) {
      await on.look();
      await on.bench.show();
      on.bench.pass(minute);
    }
    const from = on.app.standIn.calls.length;
    for (let round = 0; round < 60; round += 1) {
      expect(await on.look()).toMatchObject(nothing);
      await on.bench.show();
      on.bench.pass(minute);
    }
    const counted = on.app.standIn.calls
      .slice(from)
      .filter(({ status, actor }) => status !== 304 && actor.startsWith("installation"));
    expect(counted.map(({ route, status }) => `${route} ${status}`)).toEqual([]);
  });

  test("is bounded where GitHub wants rest: the rest of the repository waits, and the report says so (F23)", async () => {
    on.labelled();
    on.app.standIn.faults.failNext({
      route: "GET /repos/{owner}/{repo}/issues",
      status: 403,
      message: "You have exceeded a secondary rate limit",
      headers: { "retry-after": "1" },
    });
    const { report } = await reconcile(on.bench.world, {
      repository: on.repo(),
      atMost: null,
      from: reconcileStart,
      signal: new AbortController().signal,
    });
    expect(report.repositories[0]?.problems).toEqual([expect.stringContaining("takes no more calls until")]);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect((await on.look()).submitted).toHaveLength(1);
  });
});

test("a repository that was renamed keeps its tasks under its new name (F24)", async () => {
  const issue = on.labelled();
  await on.look();
  const task = on.taskOf(issue);
  if (task === null) throw new Error("no task");
  on.bench.store.tasks.update({ ...task, repository: { ...task.repository, name: "acme/old-name" } });
  await on.look();
  expect(on.taskOf(issue)?.repository.name).toBe(on.repo());
});

test("a repository without the app is refused with what to do", async () => {
  await expect(on.look("acme/nowhere")).rejects.toMatchObject({ problem: { code: "repository_not_found" } });
});

test("an older look takes long for the first time only: what was seen is not read again", async () => {
  for (let count = 0; count < 5; count += 1) on.labelled(`Issue ${count}`);
  await on.look();
  on.bench.pass(30 * second);
  on.app.newCalls();
  await on.look();
  expect(on.app.newCalls().filter((call) => call.includes("/events"))).toEqual([]);
});
