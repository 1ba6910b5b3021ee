import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CheckRunPicture, PullRequestPicture } from "#domain/picture.ts";
import { openTestApp, type TestApp } from "./app.ts";

let world: TestApp;
beforeAll(async () => {
  world = await openTestApp();
});
beforeEach(() => world.openShop());
afterEach(() => world.standIn.faults.clear());
afterAll(() => world.close());

function anIssue(body = "Please."): number {
  return world.standIn.as("ada").openIssue(world.shop.name, { title: "Add a search box", body });
}

async function aBranch(branch = "claude/1-search"): Promise<string> {
  return world.standIn.as("ada").push(world.shop.name, { branch, message: "Add it", files: { "a.txt": branch } });
}

function aPullRequest(changes: Partial<PullRequestPicture> = {}): PullRequestPicture {
  return { branch: "claude/1-search", base: null, title: "Search", body: "Closes #1", ready: false, ...changes };
}

function aCheckRun(headSha: string, changes: Partial<CheckRunPicture> = {}): CheckRunPicture {
  return {
    headSha,
    name: "Claude",
    externalId: "TASK-1",
    status: "in_progress",
    conclusion: null,
    title: "Working",
    summary: "Running the tests",
    startedAt: "2026-11-22T10:00:00Z",
    completedAt: null,
    actions: [],
    annotations: [],
    ...changes,
  };
}

describe("our comment", () => {
  const marker = "<!-- cc-orchestrator:TASK-1 -->";

  test("is found by its marker among those of others who copied it", async () => {
    const number = anIssue();
    world.standIn.as("ada").comment(world.shop.name, number, `I quote ${marker}`);
    expect(await world.github.findComment(world.shop, number, marker)).toBeNull();
    const id = await world.github.createComment(world.shop, number, `${marker}\nQueued`);
    await world.github.createComment(world.shop, number, "another of ours");
    expect(await world.github.findComment(world.shop, number, marker)).toBe(id);
  });

  test("is found behind a hundred others", async () => {
    const number = anIssue();
    for (let at = 0; at < 130; at += 1) world.standIn.as("ada").comment(world.shop.name, number, "+1");
    const id = await world.github.createComment(world.shop, number, marker);
    expect(await world.github.findComment(world.shop, number, marker)).toBe(id);
  });

  test("is edited in place, and cut to what GitHub takes", async () => {
    const number = anIssue();
    const id = await world.github.createComment(world.shop, number, "x".repeat(70_000));
    await world.github.updateComment(world.shop, id, "🙂".repeat(30_000));
    const [comment, ...more] = world.standIn.comments(world.shop.name, number);
    expect(more).toEqual([]);
    expect(Buffer.byteLength(comment?.body ?? "")).toBeLessThanOrEqual(60_000);
    expect(comment?.body).toContain("The rest is left out");
  });

  test("that somebody has deleted is refused with 404", async () => {
    await expect(world.github.updateComment(world.shop, "999", "x")).rejects.toMatchObject({ status: 404 });
  });
});

describe("the state label", () => {
  const labelsOf = (number: number) => world.standIn.issue(world.shop.name, number).labels.toSorted();

  test("is defined with its colour, put on, moved on and taken off; other labels stay", async () => {
    const number = anIssue();
    world.standIn.as("ada").label(world.shop.name, number, "claude");
    await world.github.showLabel(world.shop, number, "queued", null);
    expect(labelsOf(number)).toEqual(["claude", "claude:queued"]);
    expect(world.standIn.labels(world.shop.name)).toContainEqual({
      name: "claude:queued",
      color: "d4c5f9",
      description: "Waiting for a runner",
    });
    await world.github.showLabel(world.shop, number, "inProgress", "queued");
    expect(labelsOf(number)).toEqual(["claude", "claude:in-progress"]);
    await world.github.showLabel(world.shop, number, null, "inProgress");
    expect(labelsOf(number)).toEqual(["claude"]);
  });

  test("is the only one, whatever was on the issue", async () => {
    const number = anIssue();
    for (const label of ["queued", "inReview"] as const) {
      await world.github.showLabel(world.shop, anIssue(), label, null);
    }
    world.standIn.as("ada").label(world.shop.name, number, "claude:queued", "claude:in-review");
    await world.github.showLabel(world.shop, number, "done", null);
    expect(labelsOf(number)).toEqual(["claude:done"]);
    world.standIn.as("ada").label(world.shop.name, number, "claude:queued");
    await world.github.showLabel(world.shop, number, null, "done");
    expect(labelsOf(number)).toEqual([]);
    world.standIn.as("ada").label(world.shop.name, number, "claude:queued");
    await world.github.showLabel(world.shop, number, null, null);
    expect(labelsOf(number)).toEqual([]);
  });

  test("that is gone already is no failure", async () => {
    const number = anIssue();
    await world.github.showLabel(world.shop, number, null, "queued");
    expect(labelsOf(number)).toEqual([]);
  });

  test("moves with two calls once its definition is known", async () => {
    const number = anIssue();
    await world.github.showLabel(world.shop, number, "inProgress", null);
    await world.github.showLabel(world.shop, number, "queued", "inProgress");
    world.newCalls();
    await world.github.showLabel(world.shop, number, "inProgress", "queued");
    expect(world.newCalls()).toEqual([
      "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
      "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
    ]);
  });

  test("whose definition two tasks make at once is one label", async () => {
    const issues = [anIssue(), anIssue(), anIssue()];
    await Promise.all(issues.map((number) => world.github.showLabel(world.shop, number, "failed", null)));
    expect(issues.map(labelsOf)).toEqual([["claude:failed"], ["claude:failed"], ["claude:failed"]]);
  });
});

describe("the check run", () => {
  test("is created, found again by our name for it, and completed", async () => {
    const sha = await aBranch();
    const picture = aCheckRun(sha);
    expect(await world.github.findCheckRun(world.shop, picture)).toBeNull();
    const id = await world.github.createCheckRun(world.shop, picture);
    expect(await world.github.findCheckRun(world.shop, picture)).toBe(id);
    expect(await world.github.findCheckRun(world.shop, { ...picture, externalId: "TASK-2" })).toBeNull();
    expect(await world.github.findCheckRun(world.shop, { ...picture, name: "Other" })).toBeNull();
    const end = { conclusion: "success", completedAt: "2026-11-22T10:05:00Z", title: "Done" } as const;
    await world.github.updateCheckRun(world.shop, id, { ...picture, status: "completed", ...end });
    expect(world.standIn.checkRuns(world.shop.name, sha)).toMatchObject([
      { name: "Claude", status: "completed", conclusion: "success", externalId: "TASK-1", output: { title: "Done" } },
    ]);
  });

  test("may be completed from the start, and never without a conclusion", async () => {
    const sha = await aBranch();
    const completed = aCheckRun(sha, { status: "completed", completedAt: "2026-11-22T10:05:00Z", startedAt: null });
    await world.github.createCheckRun(world.shop, completed);
    expect(world.standIn.checkRuns(world.shop.name, sha)).toMatchObject([
      { status: "completed", conclusion: "neutral" },
    ]);
  });

  test("has a summary cut to what GitHub takes", async () => {
    const sha = await aBranch();
    await world.github.createCheckRun(
      world.shop,
      aCheckRun(sha, { summary: "é".repeat(60_000), title: "t".repeat(400) }),
    );
    const [run] = world.standIn.checkRuns(world.shop.name, sha);
    expect(Buffer.byteLength(run?.output.summary ?? "")).toBeLessThanOrEqual(60_000);
    expect(run?.output.title).toHaveLength(250);
  });
});

describe("the pull request", () => {
  test("is opened as a draft into the default branch and found again, open or closed", async () => {
    const sha = await aBranch();
    expect(await world.github.findPullRequest(world.shop, "claude/1-search")).toBeNull();
    const opened = await world.github.openPullRequest(world.shop, aPullRequest());
    expect(opened).toMatchObject({ state: "open", draft: true, headSha: sha });
    expect(opened.url).toBe(`${world.standIn.url}/${world.shop.name}/pull/${opened.number}`);
    expect(world.standIn.pulls(world.shop.name)).toMatchObject([{ baseRef: "main", headRef: "claude/1-search" }]);
    expect(await world.github.findPullRequest(world.shop, "claude/1-search")).toEqual(opened);
    expect(await world.github.findPullRequest(world.shop, "claude/1-sea")).toBeNull();
    world.standIn.as("ada").closePullRequest(world.shop.name, opened.number);
    expect(await world.github.findPullRequest(world.shop, "claude/1-search")).toMatchObject({ state: "closed" });
  });

  test("that is merged is told from one that is closed", async () => {
    await aBranch();
    const { number } = await world.github.openPullRequest(world.shop, aPullRequest());
    await world.standIn.as("ada").mergePullRequest(world.shop.name, number);
    expect(await world.github.findPullRequest(world.shop, "claude/1-search")).toMatchObject({ state: "merged" });
  });

  test("that exists already is given instead of a second one", async () => {
    await aBranch();
    const first = await world.github.openPullRequest(world.shop, aPullRequest());
    expect(await world.github.openPullRequest(world.shop, aPullRequest({ title: "Again" }))).toEqual(first);
    expect(world.standIn.pulls(world.shop.name)).toHaveLength(1);
  });

  test("without commits between is refused, with GitHub's reason", async () => {
    await expect(world.github.openPullRequest(world.shop, aPullRequest({ branch: "none" }))).rejects.toMatchObject({
      name: "GitHubRefusedError",
      status: 422,
    });
  });

  test("is opened without draft where the account has none", async () => {
    await aBranch();
    const message = "Draft pull requests are not supported in this repository.";
    world.standIn.faults.failNext({ route: "POST /repos/{owner}/{repo}/pulls", status: 422, message });
    expect(await world.github.openPullRequest(world.shop, aPullRequest())).toMatchObject({ draft: false });
  });

  test("gets another title and text, and leaves the draft state once", async () => {
    await aBranch();
    const { number } = await world.github.openPullRequest(world.shop, aPullRequest({ base: "main" }));
    await world.github.updatePullRequest(world.shop, number, aPullRequest({ title: "T", body: "B" }));
    await world.github.markReady(world.shop, number);
    world.newCalls();
    await world.github.markReady(world.shop, number);
    expect(world.newCalls()).toEqual(["GET /repos/{owner}/{repo}/pulls/{pull_number}"]);
    expect(world.standIn.pulls(world.shop.name)).toMatchObject([{ title: "T", body: "B", draft: false }]);
  });
});
