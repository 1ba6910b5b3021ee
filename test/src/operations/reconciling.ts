import { beforeEach, expect } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { reconcile, reconcileStart } from "#operations/reconcile.ts";
import { showTask } from "#operations/show-tasks.ts";
import type { RepositoryReport } from "#protocol/reconcile.ts";
import { pushed, reports, succeeded } from "./bench.ts";
import { inShop } from "./shop.ts";

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
  const on = inShop();
  const { repo, ada } = on;
  beforeEach(() => {
    on.app.accepted.length = 0;
  });

  const taskOf = (issue: number) => on.bench.store.tasks.byIssue(on.app.shop.id, issue);
  return {
    get app() {
      return on.app;
    },
    get bench() {
      return on.bench;
    },
    ada,
    repo,
    taskOf,
    statusOf(issue: number) {
      const task = taskOf(issue);
      return task === null ? null : showTask(on.bench.world, `TASK-${task.id}`).status;
    },
    /** An issue that ada has labelled, of which nobody was told. */
    labelled(title = "Greet in French", label = "claude"): number {
      const issue = ada().openIssue(repo(), { title, body: "Say bonjour." });
      ada().label(repo(), issue, label);
      return issue;
    },
    /** Looks at everything. */
    async look(repository: string | null = repo()): Promise<RepositoryReport> {
      const { report } = await reconcile(on.bench.world, {
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
      const runner = on.bench.addRunner();
      const offer = on.bench.claim(runner);
      const { branch } = offer;
      const sha = await ada().push(repo(), {
        branch,
        message: "Greet in French",
        files: { "greet.js": `bonjour ${issue}` },
      });
      const bodies = [{ kind: "prepared", branch, baseSha: sha } as const, pushed(sha, branch), succeeded];
      applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports(bodies));
      await on.bench.show();
      return sha;
    },
  };
}
