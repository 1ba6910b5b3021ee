import { describe, expect, it } from "vitest";
import { aDelivery, aRun, aRunner, aStore, aTask, repository } from "./facts.ts";

describe("deliveries", () => {
  it("knows a delivery of a hook again, however often it comes", () => {
    const { deliveries } = aStore();
    const answers = Array.from({ length: 20 }, () => deliveries.insert(aDelivery()));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(deliveries.insert(aDelivery({ hookId: "43" }))).toBe(true);
  });

  it("hands them out in order of arrival, postponed ones when their time has come", () => {
    const { deliveries } = aStore();
    for (const guid of ["a", "b"]) deliveries.insert(aDelivery({ guid }));
    const first = deliveries.nextPending(1_000);
    expect(first).toMatchObject({ ...aDelivery({ guid: "a" }), tries: 0 });
    deliveries.postpone(first?.id ?? 0, 5_000, "GitHub is busy");
    expect(deliveries.nextPending(4_999)?.guid).toBe("b");
    expect(deliveries.nextPendingAt()).toBe(1_000);
    deliveries.finish(2, "done", null);
    expect(deliveries.nextPendingAt()).toBe(5_000);
    expect(deliveries.nextPending(5_000)).toMatchObject({ guid: "a", tries: 1 });
  });

  it("does not hand out what is finished or asks for nothing", () => {
    const { deliveries } = aStore();
    deliveries.insert(aDelivery({ guid: "ping", happening: null }));
    deliveries.insert(aDelivery({ guid: "bad" }));
    deliveries.finish(deliveries.nextPending(9_999)?.id ?? 0, "failed", "no such repository");
    expect([deliveries.nextPending(9_999), deliveries.nextPendingAt()]).toEqual([null, null]);
    expect(deliveries.insert(aDelivery({ guid: "ping", happening: null }))).toBe(false);
  });
});

describe("policies", () => {
  it("keeps the newest of each repository", () => {
    const { policies } = aStore();
    const policy = { ...policies.get(7)?.policy, ...aTask().policy };
    policies.put({ repositoryId: 7, text: "label: go", policy: { ...policy, label: "go" } });
    policies.put({ repositoryId: 7, text: "label: ai", policy: { ...policy, label: "ai" } });
    expect(policies.get(7)).toMatchObject({ text: "label: ai", policy: { label: "ai" } });
    expect(policies.get(8)).toBeNull();
  });
});

describe("tasks", () => {
  it("come back as they were written", () => {
    const { tasks } = aStore();
    const task = tasks.insert(aTask());
    expect(task).toEqual({ ...aTask(), id: 1 });
    const pullRequest = {
      number: 5,
      url: "https://github.test/octo/sample/pull/5",
      state: "open" as const,
      draft: true,
      headSha: null,
      closedBy: null,
    };
    tasks.update({ ...task, pullRequest, updatedAt: 2_000 });
    expect(tasks.get(1)).toEqual({ ...task, pullRequest, updatedAt: 2_000 });
    expect(tasks.byPullRequest(7, 5)?.id).toBe(1);
    expect(tasks.byIssue(7, 12)?.id).toBe(1);
    expect([tasks.byIssue(8, 12), tasks.byPullRequest(7, 12), tasks.get(2)]).toEqual([null, null, null]);
  });

  it("are one per issue, and any number without an issue", () => {
    const { tasks } = aStore();
    tasks.insert(aTask());
    expect(() => tasks.insert(aTask())).toThrow("UNIQUE");
    tasks.insert(aTask({ issue: null }));
    tasks.insert(aTask({ issue: null }));
    expect(tasks.list({ limit: 10 }).map(({ issue }) => issue?.number ?? null)).toEqual([null, null, 12]);
  });

  it("are listed newest first, by repository in any spelling", () => {
    const { tasks } = aStore();
    for (const name of ["octo/sample", "octo/other", "Octo/Sample"])
      tasks.insert(aTask({ repository: { ...repository, name }, issue: null }));
    expect(tasks.list({ limit: 2 }).map(({ id }) => id)).toEqual([3, 2]);
    expect(tasks.list({ repository: "octo/SAMPLE", limit: 10 }).map(({ id }) => id)).toEqual([3, 1]);
  });

  it("refuse an update of a task that is not there", () => {
    const { tasks } = aStore();
    expect(() => tasks.update({ ...aTask(), id: 9 })).toThrow("tasks has no row 9");
  });
});

describe("runs", () => {
  it("come back as they were written, in every state", () => {
    const store = aStore();
    const { id: taskId } = store.tasks.insert(aTask());
    const { id: runnerId } = store.runners.insert(aRunner());
    const run = store.runs.insert(aRun(taskId));
    expect(run).toEqual({ ...aRun(taskId), id: 1 });
    const busy = {
      ...run,
      status: "in_progress" as const,
      runnerId,
      epoch: 1,
      leaseUntil: 46_000,
      steps: [{ name: "claude" as const, state: "started" as const, startedAt: "2026-01-01T00:00:00Z", endedAt: null }],
      findings: ["touches .github"],
      cancelAsked: { by: "ada", how: "issue label removed" },
      diff: { files: 1, insertions: 2, deletions: 0 },
    };
    store.runs.update(busy);
    expect(store.runs.get(1)).toEqual(busy);
    const ended = { ...busy, status: "completed" as const, conclusion: "success" as const, leaseUntil: null };
    store.runs.update(ended);
    expect(store.runs.ofTask(taskId)).toEqual([ended]);
  });

  it("are one alive per task", () => {
    const store = aStore();
    const { id: taskId } = store.tasks.insert(aTask());
    const run = store.runs.insert(aRun(taskId));
    expect(() => store.runs.insert(aRun(taskId, { attempt: 2 }))).toThrow("UNIQUE");
    store.runs.update({ ...run, status: "completed", conclusion: "lost" });
    expect(store.runs.insert(aRun(taskId, { attempt: 2 })).id).toBe(2);
  });

  it("need a task that exists, and a conclusion exactly when completed", () => {
    const store = aStore();
    expect(() => store.runs.insert(aRun(1))).toThrow("FOREIGN KEY");
    const { id } = store.tasks.insert(aTask());
    expect(() => store.runs.insert(aRun(id, { conclusion: "success" }))).toThrow("CHECK");
    expect(() => store.runs.insert(aRun(id, { status: "completed" }))).toThrow("CHECK");
  });

  it("are found by who holds them", () => {
    const store = aStore();
    const one = store.runners.insert(aRunner());
    const other = store.runners.insert(aRunner({ name: "server", credentialHash: "hash-of-server" }));
    const born = (of: Parameters<typeof aRun>[1]) =>
      store.runs.insert(aRun(store.tasks.insert(aTask({ issue: null })).id, of)).id;
    const queued = born({});
    const working = born({ status: "in_progress", runnerId: one.id, leaseUntil: 9 });
    const silent = born({ status: "waiting", runnerId: other.id, leaseUntil: 9 });
    const asking = born({ status: "waiting", runnerId: other.id });
    const ended = born({ status: "completed", conclusion: "failure", runnerId: other.id });
    const ids = (runs: { id: number }[]) => runs.map(({ id }) => id);
    expect(ids(store.runs.queued())).toEqual([queued]);
    expect(ids(store.runs.held())).toEqual([working, silent]);
    expect(ids(store.runs.heldBy(other.id))).toEqual([silent]);
    expect([asking, ended].map((id) => store.runs.get(id)?.status)).toEqual(["waiting", "completed"]);
  });
});

describe("runners", () => {
  it("come back as they were written, by id, name and credential", () => {
    const { runners } = aStore();
    const runner = runners.insert(aRunner());
    const seen = { ...runner, draining: true, heartbeatAt: 5_000, freeDiskBytes: 1e12, slots: 3 };
    runners.update(seen);
    expect([runners.get(runner.id), runners.byName("laptop"), runners.byCredential("hash-of-laptop")]).toEqual([
      seen,
      seen,
      seen,
    ]);
    expect(runners.list()).toEqual([seen]);
    expect(runners.byCredential("hash-of-somebody")).toBeNull();
  });
});

describe("registration tokens", () => {
  it("serve once, before they expire", () => {
    const { registrationTokens: tokens } = aStore();
    tokens.insert("one", 5_000);
    tokens.insert("two", 5_000);
    expect([tokens.use("one", 4_999), tokens.use("one", 4_999)]).toEqual([true, false]);
    expect([tokens.use("two", 5_000), tokens.use("none", 1)]).toEqual([false, false]);
  });
});

describe("notices", () => {
  it("are written once per issue and code", () => {
    const { notices } = aStore();
    const notice = { repository, issue: 12, code: "role_missing", body: "You need the write role." };
    notices.insert(notice);
    notices.insert({ ...notice, body: "again" });
    notices.insert({ ...notice, code: "policy_broken" });
    expect(notices.unwritten()).toEqual([
      { id: 1, ...notice },
      { id: expect.any(Number), ...notice, code: "policy_broken" },
    ]);
    notices.written(1);
    notices.insert(notice);
    expect(notices.unwritten().map(({ code }) => code)).toEqual(["policy_broken"]);
  });
});
