import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lookAtPullRequest } from "#operations/follow-look.ts";
import { restoreTask } from "#operations/restore-task.ts";
import { showTask } from "#operations/show-tasks.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, openBench } from "./bench.ts";
import { type Followed, openFollowed } from "./followed.ts";

let app: TestApp;
let before: Bench;
let followed: Followed;
/** A control plane that knows nothing of what there was. */
let bench: Bench;
beforeAll(async () => {
  app = await openTestApp();
});
beforeEach(async () => {
  await app.openShop();
  before = openBench(app.github, { startsAt: Date.now() });
  followed = await openFollowed(app, before);
  await followed.work({ "greet.js": "bonjour\n" });
  bench = openBench(app.github, { startsAt: Date.now() });
});
afterEach(() => {
  bench.close();
  before.close();
});
afterAll(() => app.close());

const repo = () => app.shop.name;
const review = async (body: string) => {
  await app.standIn.as("ada").review(repo(), followed.pull(), { event: "REQUEST_CHANGES", body });
  return app.standIn.reviews(repo(), followed.pull()).reviews.at(-1)?.id ?? 0;
};
const restored = (more: Partial<Parameters<typeof restoreTask>[1]> = {}) => {
  const { repository, branch } = followed.task();
  const usual = {
    repository,
    issue: followed.issue,
    task: "TASK-1",
    pullRequest: followed.pull(),
    branch,
    by: "ada",
    review: null,
  };
  return restoreTask(bench.world, { ...usual, ...more });
};
const runs = () => bench.store.runs.ofTask(1).map(({ purpose, status }) => `${purpose} ${status}`);

describe("a task of which only GitHub knows any more", () => {
  test("is made anew, and the review that is asked about goes on with it, but none of before", async () => {
    await review("The first one, worked through long ago.");
    const asked = await review("Say why.");
    expect(await restored({ review: asked })).toBe(true);
    const task = showTask(bench.world, "TASK-1");
    expect(task).toMatchObject({ status: "in_review", branch: followed.task().branch, requestedBy: "ada" });
    expect(task.pullRequest?.number).toBe(followed.pull());
    bench.store.transaction(() => bench.store.followUps.markDue(1, "review", bench.world.clock()));
    await lookAtPullRequest(bench.world, bench.store.followUps.due(bench.world.clock()));
    expect(runs()).toEqual(["implement completed", "address_review queued"]);
    const { prompt, resume, headSha } = bench.claim(bench.addRunner());
    expect([resume, headSha]).toEqual([false, task.pullRequest?.headSha]);
    expect(prompt).toContain("Say why.");
    expect(prompt).not.toContain("worked through long ago");
    await bench.workDeliveries();
    expect(app.standIn.violations).toEqual([]);
  });

  test("has the branch of the repository's template where nobody says which", async () => {
    expect(await restored({ branch: null })).toBe(true);
    expect(showTask(bench.world, "TASK-1").branch).toBe(followed.task().branch);
  });

  test("is made once, and stays what it is where there is one", async () => {
    expect(await restored()).toBe(true);
    expect(await restored()).toBe(false);
    expect(runs()).toEqual(["implement completed"]);
  });

  test("is left alone with a policy that cannot be read, or without its pull request", async () => {
    const files = { ".github/cc-orchestrator.yml": "label: [" };
    await app.standIn.as("ada").push(repo(), { message: "Break it", files });
    expect(await restored()).toBe(false);
    const mended = { ".github/cc-orchestrator.yml": "label: claude\n" };
    await app.standIn.as("ada").push(repo(), { message: "Mend it", files: mended });
    expect(await restored({ pullRequest: 999 })).toBe(false);
    expect(await restored({ branch: "somebody-elses" })).toBe(false);
    expect(bench.store.tasks.get(1)).toBeNull();
  });
});
