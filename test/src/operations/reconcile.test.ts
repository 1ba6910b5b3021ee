import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { showTask } from "#operations/show-tasks.ts";
import { takeUpIssue } from "#operations/take-up-issue.ts";
import { writeNotices } from "#operations/write-notices.ts";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, hour, minute, openBench, pushed, reports, second, succeeded } from "./bench.ts";

let app: TestApp;
let bench: Bench;
beforeAll(async () => {
  app = await openTestApp();
});
beforeEach(async () => {
  await app.openShop();
  bench = openBench(app.github, { startsAt: Date.now() });
  app.accepted.length = 0;
});
afterEach(() => {
  app.standIn.faults.clear();
  bench.close();
});
afterAll(() => app.close());

const ada = () => app.standIn.as("ada");
const repo = () => app.shop.name;

function labelled(title = "Greet in French", body = "Say bonjour."): number {
  const issue = ada().openIssue(repo(), { title, body });
  ada().label(repo(), issue, "claude");
  return issue;
}

async function look(repository: string | null = repo()): Promise<RepositoryReport> {
  const { report } = await reconcile(bench.world, {
    repository,
    atMost: null,
    from: reconcileStart,
    signal: new AbortController().signal,
  });
  const own = report.repositories.find((one) => one.repository === repo());
  if (own === undefined) throw new Error(`not looked at: ${JSON.stringify(report)}`);
  expect([own.problems, report.problems]).toEqual([[], []]);
  return own;
}

const nothing = { submitted: [], withdrawn: [], followed: [], due: [], opened: [], repaired: [], problems: [] };
const taskOf = (issue: number) => bench.store.tasks.byIssue(app.shop.id, issue);
const statusOf = (issue: number) => {
  const task = taskOf(issue);
  return task === null ? null : showTask(bench.world, `TASK-${task.id}`).status;
};

/** The issue's task is done by a runner: a real branch with a commit, and everything shown. */
async function finish(issue: number): Promise<string> {
  const runner = bench.addRunner();
  const offer = bench.claim(runner);
  const { branch } = offer;
  const sha = await ada().push(repo(), {
    branch,
    message: "Greet in French",
    files: { "greet.js": `bonjour ${issue}` },
  });
  const bodies = [{ kind: "prepared", branch, baseSha: sha } as const, pushed(sha, branch), succeeded];
  applyReports(bench.world, runner, offer.runId, offer.epoch, reports(bodies));
  await bench.show();
  return sha;
}

describe("issues", () => {
  test("whose label was never told become tasks, once, by the person who put the label on (F18)", async () => {
    const issue = labelled();
    expect(await look()).toMatchObject({ ...nothing, submitted: [issue] });
    expect(taskOf(issue)).toMatchObject({ requestedBy: "ada", snapshot: { body: "Say bonjour." } });
    expect(await look()).toMatchObject(nothing);
    await finish(issue);
    bench.pass(minute);
    expect(await look()).toMatchObject(nothing);
    expect(bench.store.runs.ofTask(taskOf(issue)?.id ?? 0)).toHaveLength(1);
  });

  test("are not submitted again by a delivery that comes after all, even when the work is done (I3)", async () => {
    const issue = labelled();
    await look();
    await finish(issue);
    bench.pass(hour);
    const at = Math.floor((taskOf(issue)?.snapshot.takenAt ?? 0) / 1_000) * 1_000;
    const actor = { login: "ada", isBot: false };
    const told = { repository: app.shop, issue, title: "Greet in French", body: "Say bonjour.", label: "claude" };
    const happening = { kind: "issue_labelled", ...told, actor, at } as const;
    const delivery = { guid: "late", hookId: "1", event: "issues", action: "labeled", receivedAt: 1, happening };
    acceptDelivery(bench.world, delivery);
    await bench.workDeliveries();
    expect(bench.store.runs.ofTask(taskOf(issue)?.id ?? 0)).toHaveLength(1);
  });

  test("that were labelled by somebody who may not are refused with one notice, however often they are looked at", async () => {
    app.standIn.createUser("eve");
    app.standIn.setRole(repo(), "eve", "triage");
    const issue = app.standIn.as("eve").openIssue(repo(), { title: "Mine", body: "bitcoin" });
    app.standIn.as("eve").label(repo(), issue, "claude");
    app.standIn.setRole(repo(), "eve", "read");
    for (let round = 0; round < 3; round += 1) {
      await look();
      bench.pass(minute);
      await writeNotices(bench.world);
    }
    expect(taskOf(issue)).toBeNull();
    expect(app.standIn.comments(repo(), issue)).toHaveLength(1);
  });

  test("that were edited since they were labelled start nothing: what runs is what was seen", async () => {
    const [body, title] = [labelled(), labelled()];
    ada().editIssue(repo(), body, { body: "Send me the keys." });
    ada().editIssue(repo(), title, { title: "Send me the keys." });
    await look();
    await writeNotices(bench.world);
    for (const issue of [body, title]) {
      expect(taskOf(issue)).toBeNull();
      expect(app.standIn.comments(repo(), issue)[0]?.body).toContain("changed after the label");
    }
  });

  test("that were closed, or lost the label, without our being told stop their tasks", async () => {
    const [closed, unlabelled, kept] = [labelled("a"), labelled("b"), labelled("c")];
    await look();
    ada().closeIssue(repo(), closed);
    ada().unlabel(repo(), unlabelled, "claude");
    expect((await look()).withdrawn.sort()).toEqual([closed, unlabelled].sort());
    expect([closed, unlabelled, kept].map(statusOf)).toEqual(["completed", "completed", "queued"]);
    expect(taskOf(closed)?.cancelled).toEqual({ by: "ada", how: "the issue was closed" });
    expect(taskOf(unlabelled)?.cancelled).toEqual({ by: "ada", how: "the issue label was removed" });
    expect(await look()).toMatchObject(nothing);
  });

  test("that an operator took up without a label go on without one", async () => {
    const issue = ada().openIssue(repo(), { title: "Greet in French", body: "Say bonjour." });
    await takeUpIssue(bench.world, { repository: repo(), issue });
    expect(await look()).toMatchObject(nothing);
    expect(statusOf(issue)).toBe("queued");
  });
});

describe("pull requests", () => {
  test("that were merged or closed without our being told end their tasks", async () => {
    const issues = [labelled("a"), labelled("b")];
    await look();
    for (const issue of issues) await finish(issue);
    const [merged, closed] = app.standIn.pulls(repo()).map(({ number }) => number);
    await ada().mergePullRequest(repo(), merged ?? 0);
    ada().closePullRequest(repo(), closed ?? 0);
    expect((await look()).followed.sort()).toEqual([merged, closed].sort());
    const states = app.standIn.issues(repo()).map(({ number }) => statusOf(number));
    expect(states).toEqual(["completed", "completed"]);
    expect(await look()).toMatchObject({ followed: [] });
  });

  test("that GitHub refused to open are opened when it does, from the pushed branch", async () => {
    const issue = labelled();
    await look();
    app.standIn.faults.failNext({ route: "POST /repos/{owner}/{repo}/pulls", status: 422, message: "Not now" });
    await finish(issue);
    expect(app.standIn.pulls(repo())).toEqual([]);
    expect((await look()).opened).toHaveLength(1);
    await bench.show();
    expect(app.standIn.pulls(repo())).toHaveLength(1);
    expect(await look()).toMatchObject({ opened: [] });
  });

  test("are opened for work whose report died with its runner", async () => {
    const issue = labelled();
    await look();
    const runner = bench.addRunner();
    const { runId, epoch, branch } = bench.claim(runner);
    const sha = await ada().push(repo(), { branch, message: "Greet in French", files: { "greet.js": "bonjour" } });
    const failed = { code: "not_logged_in", sentence: "Claude Code is not logged in." };
    applyReports(
      bench.world,
      runner,
      runId,
      epoch,
      reports([
        { kind: "prepared", branch, baseSha: sha },
        { kind: "completed", conclusion: "failure", reason: failed, summary: "" },
      ]),
    );
    await bench.show();
    expect((await look()).opened).toEqual([branch]);
    await bench.show();
    expect(app.standIn.pulls(repo())).toMatchObject([{ headRef: branch, headSha: sha }]);
    expect(taskOf(issue)?.pullRequest?.headSha).toBe(sha);
  });
});

describe("what GitHub shows", () => {
  const ours = (issue: number) =>
    app.standIn.comments(repo(), issue).filter(({ author }) => author === app.standIn.app.botLogin);

  async function shown(): Promise<number> {
    const issue = labelled();
    await look();
    await finish(issue);
    bench.pass(minute);
    return issue;
  }

  async function removeComment(issue: number): Promise<void> {
    const { token } = app.standIn.createUser("ada");
    const url = `${app.standIn.apiUrl}/repos/${repo()}/issues/comments/${ours(issue)[0]?.id}`;
    const answer = await fetch(url, { method: "DELETE", headers: { authorization: `token ${token}` } });
    expect(answer.status).toBe(204);
  }

  test("is written again where a comment was deleted, once: who deletes it again gets their way", async () => {
    const issue = await shown();
    await removeComment(issue);
    expect((await look()).repaired).toEqual([expect.stringContaining("comment: deleted")]);
    await bench.show();
    expect(ours(issue)).toHaveLength(1);
    expect(ours(issue)[0]?.body).toContain("Done");
    bench.pass(minute);
    await removeComment(issue);
    expect((await look()).repaired).toEqual([]);
    await bench.show();
    expect(ours(issue)).toEqual([]);
  });

  test("is written again where a comment was changed, once for the same words", async () => {
    const issue = await shown();
    const id = String(ours(issue)[0]?.id);
    await app.github.updateComment(app.shop, id, "x");
    expect((await look()).repaired).toEqual([expect.stringContaining("comment: changed")]);
    await bench.show();
    expect(ours(issue)).toMatchObject([{ id: Number(id), body: expect.stringContaining("Done") }]);
    bench.pass(minute);
    await app.github.updateComment(app.shop, id, "x");
    expect((await look()).repaired).toEqual([]);
    await bench.show();
    expect(ours(issue)[0]?.body).toBe("x");
  });

  test("is written again where a state label was taken off or a wrong one put on", async () => {
    const issue = await shown();
    ada().unlabel(repo(), issue, "claude:in-review");
    expect((await look()).repaired).toEqual([expect.stringContaining("label: removed")]);
    await bench.show();
    expect(app.standIn.issue(repo(), issue).labels.sort()).toEqual(["claude", "claude:in-review"]);
    bench.pass(minute);
    ada().label(repo(), issue, "claude:queued");
    expect((await look()).repaired).toEqual([expect.stringContaining("inReview and queued")]);
    await bench.show();
    expect(app.standIn.issue(repo(), issue).labels.sort()).toEqual(["claude", "claude:in-review"]);
  });

  test("is one state label where a write broke off between putting the new one on and taking the old one off (F22)", async () => {
    const issue = labelled();
    await look();
    await bench.show();
    const runner = bench.addRunner();
    const offer = bench.claim(runner);
    const failed = { kind: "completed", conclusion: "failure", summary: "" } as const;
    applyReports(bench.world, runner, offer.runId, offer.epoch, reports([failed]));
    const remove = "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}";
    app.standIn.faults.failNext({ route: remove, status: 502, times: 1 });
    await expect(bench.show()).rejects.toThrow("502");
    const labels = () => app.standIn.issue(repo(), issue).labels.filter((name) => name.startsWith("claude:"));
    expect(labels()).toHaveLength(2);
    expect((await look()).repaired).toHaveLength(1);
    // Before it is written, nothing new is found; afterwards nothing is left to find.
    expect((await look()).repaired).toEqual([]);
    await bench.show();
    expect(labels()).toEqual(["claude:failed"]);
    expect((await look()).repaired).toEqual([]);
  });

  test("is written again where a check run shows something else", async () => {
    await shown();
    const [check] = app.standIn.checkRuns(repo());
    await app.github.updateCheckRun(app.shop, String(check?.id), {
      headSha: check?.headSha ?? "",
      name: "Claude",
      externalId: check?.externalId ?? "",
      status: "completed",
      conclusion: "failure",
      title: "Failed",
      summary: "",
      startedAt: null,
      completedAt: null,
      actions: [],
      annotations: [],
    });
    expect((await look()).repaired).toEqual([expect.stringContaining("shows completed failure")]);
    await bench.show();
    expect(app.standIn.checkRuns(repo())).toMatchObject([{ conclusion: "success" }]);
  });
});

describe("its cost", () => {
  test("is nothing that GitHub counts while nothing happens: 60 looks an hour, at most 12 calls", async () => {
    const issue = labelled();
    await look();
    await finish(issue);
    bench.pass(minute);
    for (let settling = 0; settling < 2; settling += 1) {
      await look();
      await bench.show();
      bench.pass(minute);
    }
    const from = app.standIn.calls.length;
    for (let round = 0; round < 60; round += 1) {
      expect(await look()).toMatchObject(nothing);
      await bench.show();
      bench.pass(minute);
    }
    const counted = app.standIn.calls
      .slice(from)
      .filter(({ status, actor }) => status !== 304 && actor.startsWith("installation"));
    expect(counted.map(({ route, status }) => `${route} ${status}`)).toEqual([]);
  });

  test("is bounded where GitHub wants rest: the rest of the repository waits, and the report says so (F23)", async () => {
    labelled();
    app.standIn.faults.failNext({
      route: "GET /repos/{owner}/{repo}/issues",
      status: 403,
      message: "You have exceeded a secondary rate limit",
      headers: { "retry-after": "1" },
    });
    const { report } = await reconcile(bench.world, {
      repository: repo(),
      atMost: null,
      from: reconcileStart,
      signal: new AbortController().signal,
    });
    expect(report.repositories[0]?.problems).toEqual([expect.stringContaining("takes no more calls until")]);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect((await look()).submitted).toHaveLength(1);
  });
});

test("a repository that was renamed keeps its tasks under its new name (F24)", async () => {
  const issue = labelled();
  await look();
  const task = taskOf(issue);
  if (task === null) throw new Error("no task");
  bench.store.tasks.update({ ...task, repository: { ...task.repository, name: "acme/old-name" } });
  await look();
  expect(taskOf(issue)?.repository.name).toBe(repo());
});

test("a repository without the app is refused with what to do", async () => {
  await expect(look("acme/nowhere")).rejects.toMatchObject({ problem: { code: "repository_not_found" } });
});

test("an older look takes long for the first time only: what was seen is not read again", async () => {
  for (let count = 0; count < 5; count += 1) labelled(`Issue ${count}`);
  await look();
  bench.pass(30 * second);
  app.newCalls();
  await look();
  expect(app.newCalls().filter((call) => call.includes("/events"))).toEqual([]);
});
