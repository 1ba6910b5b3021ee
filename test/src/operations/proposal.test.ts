import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import { createLocalTask } from "#operations/create-local-task.ts";
import { followPullRequest } from "#operations/follow-pull-request.ts";
import { nextPollAfter } from "#operations/poll-pace.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { recordProposal } from "#operations/record-proposal.ts";
import { retryTask } from "#operations/retry-task.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { TaskName } from "#protocol/words.ts";
import { openTokenApp, type TokenApp } from "#test/src/github/token.ts";
import { type Bench, minute, openBench, pushed, reports, succeeded } from "./bench.ts";

let app: TokenApp;
let bench: Bench;
let folder: string;
let name: TaskName;
let number: number;
let url: string;
const sha = "a".repeat(40);

beforeEach(async () => {
  const startsAt = Date.now();
  let clock = () => startsAt;
  app = await openTokenApp({ clock: () => clock() });
  bench = openBench(app.github, { startsAt });
  clock = bench.world.clock;
  folder = mkdtempSync(join(tmpdir(), "cco-proposal-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Mona", "-c", "user.email=m@example.com", ...args], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  git("commit", "--quiet", "--allow-empty", "-m", "Begin");
  name = await aWorkedTask();
  const change = { branch: "feature/x", message: "Greet", files: { "greet.js": "bonjour\n" } };
  await app.standIn.as("ada").push(app.shop.name, change);
  const wanted = { branch: "feature/x", base: null, title: "Greet", body: "It greets.", ready: true };
  ({ number, url } = await app.github.openPullRequest(app.shop, wanted));
});
afterEach(async () => {
  bench.close();
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

/** A task of this machine, whose work is a branch there. */
async function aWorkedTask(): Promise<TaskName> {
  const task = await createLocalTask(bench.world, {
    folder,
    title: "Greet",
    by: "mona",
    branch: "feature/x",
    run: true,
  });
  work();
  return task.name;
}

function work(): void {
  const runner = bench.addRunner({ labels: ["local"] });
  const { runId, epoch } = bench.claim(runner);
  applyReports(bench.world, runner, runId, epoch, reports([pushed(sha, "feature/x"), succeeded]));
}

const record = (more: object = {}) => {
  const opened = { by: "ada", repository: app.shop.name.toUpperCase(), number, url, draft: false, headSha: null };
  recordProposal(bench.world, name, { ...opened, ...more });
};
const shown = () => {
  const { status, conclusion, pullRequest, reason } = showTask(bench.world, name);
  return [status, conclusion, pullRequest?.state ?? null, reason?.sentence ?? null];
};
async function look(): Promise<number[]> {
  bench.pass(minute);
  const signal = new AbortController().signal;
  const { report } = await reconcile(bench.world, { repository: null, atMost: null, from: reconcileStart, signal });
  expect(report.problems).toEqual([]);
  return report.repositories.flatMap(({ followed }) => followed);
}

describe("the pull request that a person opens of a local task's branch", () => {
  it("is shown by the task with its number and address, and ends it when it is merged on GitHub", async () => {
    expect(shown()).toEqual(["in_review", null, null, null]);
    record();
    expect(showTask(bench.world, name).pullRequest).toMatchObject({ number, url, state: "open" });
    expect(shown()).toEqual(["in_review", null, "open", null]);
    await look();
    await app.standIn.as("bob").mergePullRequest(app.shop.name, number);
    expect(await look()).toEqual([number]);
    expect(shown()).toEqual(["completed", "success", "merged", null]);
    expect(await look()).toEqual([]);
    // Told once more by somebody who was slow.
    record();
    expect(shown()).toEqual(["completed", "success", "merged", null]);
  });

  it("ends it when it is closed, until it is reopened or another run begins", async () => {
    record();
    await app.standIn.as("bob").closePullRequest(app.shop.name, number);
    await look();
    expect(shown()).toEqual(["completed", "cancelled", "closed", expect.stringMatching(/closed without merging/)]);
    await app.standIn.as("bob").reopenIssue(app.shop.name, number);
    await look();
    expect(shown()).toEqual(["in_review", null, "open", null]);
    await app.standIn.as("bob").closePullRequest(app.shop.name, number);
    await look();
    retryTask(bench.world, name);
    expect(shown()[0]).toBe("queued");
    work();
    expect(shown()).toEqual(["in_review", null, "closed", null]);
  });

  it("stops what works on the branch when it is merged meanwhile", async () => {
    record();
    retryTask(bench.world, name);
    await app.standIn.as("bob").mergePullRequest(app.shop.name, number);
    await look();
    expect(shown()).toEqual(["completed", "success", "merged", null]);
  });

  it("is followed at once where an App is told of it, whatever the task is about elsewhere", async () => {
    record();
    const told = { kind: "pull_request_changed", number, draft: false, headSha: sha, at: bench.world.clock() } as const;
    const actor = { login: "bob", isBot: false };
    const other = { id: 9, name: "acme/other", installationId: 1 };
    await followPullRequest(bench.world, { ...told, state: "merged", repository: other, actor });
    expect(shown()[0]).toBe("in_review");
    await followPullRequest(bench.world, { ...told, state: "merged", repository: app.shop, actor });
    expect(shown()).toEqual(["completed", "success", "merged", null]);
  });

  it("is asked about soon while it is open, and costs nothing while nothing changes", async () => {
    const nothing = { repositories: [], redelivered: 0, leases: 0, problems: [] };
    expect(nextPollAfter(bench.world, nothing, 1_000)).toBe(4_000);
    record();
    expect(nextPollAfter(bench.world, nothing, 1_000)).toBe(1_000);
    cancelTask(bench.world, name, "mona");
    expect(shown()).toEqual(["completed", "cancelled", "open", "Stopped by mona: cancelled."]);
  });

  it("is refused for a task on GitHub, whose pull request the control plane opens", async () => {
    app.standIn
      .as("bob")
      .label(app.shop.name, app.standIn.as("bob").openIssue(app.shop.name, { title: "Greet" }), "claude");
    await look();
    const task = bench.store.tasks.list({ limit: 1 })[0];
    expect(task?.issue).not.toBeNull();
    const opened = { by: "ada", repository: app.shop.name, number, url, draft: false, headSha: null };
    expect(() => recordProposal(bench.world, `TASK-${task?.id}`, opened)).toThrow(/opened by the control plane itself/);
  });
});
