import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, openBench, pushed, reports, succeeded } from "./bench.ts";

/** A look that found nothing. */
export const nothing = {
  submitted: [],
  withdrawn: [],
  followed: [],
  due: [],
  opened: [],
  repaired: [],
  problems: [],
};

/** The operations on the stand-in, a repository of its own for each test, and the looks at everything. */
export function reconciling() {
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
  const taskOf = (issue: number) => bench.store.tasks.byIssue(app.shop.id, issue);
  return {
    get app() {
      return app;
    },
    get bench() {
      return bench;
    },
    ada,
    repo,
    taskOf,
    statusOf(issue: number) {
      const task = taskOf(issue);
      return task === null ? null : showTask(bench.world, `TASK-${task.id}`).status;
    },
    /** An issue that ada has labelled, of which nobody was told. */
    labelled(title = "Greet in French", label = "claude"): number {
      const issue = ada().openIssue(repo(), { title, body: "Say bonjour." });
      ada().label(repo(), issue, label);
      return issue;
    },
    /** Looks at everything. */
    async look(repository: string | null = repo()): Promise<RepositoryReport> {
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
    },
    /** The issue's task is done by a runner: a real branch with a commit, and everything shown. */
    async finish(issue: number): Promise<string> {
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
    },
  };
}
