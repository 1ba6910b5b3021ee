import { describe, expect, test } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { reports } from "./bench.ts";
import { reconciling } from "./reconciling.ts";

const on = reconciling();

describe("pull requests", () => {
  test("that were merged or closed without our being told end their tasks", async () => {
    const issues = [on.labelled("a"), on.labelled("b")];
    await on.look();
    for (const issue of issues) await on.finish(issue);
    const [merged, closed] = on.app.standIn.pulls(on.repo()).map(({ number }) => number);
    await on.ada().mergePullRequest(on.repo(), merged ?? 0);
    on.ada().closePullRequest(on.repo(), closed ?? 0);
    expect((await on.look()).followed.sort()).toEqual([merged, closed].sort());
    const states = on.app.standIn.issues(on.repo()).map(({ number }) => on.statusOf(number));
    expect(states).toEqual(["completed", "completed"]);
    expect(await on.look()).toMatchObject({ followed: [] });
  });

  test("that GitHub refused to open are opened when it does, from the pushed branch", async () => {
    const issue = on.labelled();
    await on.look();
    on.app.standIn.faults.failNext({ route: "POST /repos/{owner}/{repo}/pulls", status: 422, message: "Not now" });
    await on.finish(issue);
    expect(on.app.standIn.pulls(on.repo())).toEqual([]);
    expect((await on.look()).opened).toHaveLength(1);
    await on.bench.show();
    expect(on.app.standIn.pulls(on.repo())).toHaveLength(1);
    expect(await on.look()).toMatchObject({ opened: [] });
  });

  test("are opened for work whose report died with its runner", async () => {
    const issue = on.labelled();
    await on.look();
    const runner = on.bench.addRunner();
    const { runId, epoch, branch } = on.bench.claim(runner);
    const sha = await on
      .ada()
      .push(on.repo(), { branch, message: "Greet in French", files: { "greet.js": "bonjour" } });
    const failed = { code: "not_logged_in", sentence: "Claude Code is not logged in." };
    applyReports(
      on.bench.world,
      runner,
      runId,
      epoch,
      reports([
        { kind: "prepared", branch, baseSha: sha },
        { kind: "completed", conclusion: "failure", reason: failed, summary: "" },
      ]),
    );
    await on.bench.show();
    expect((await on.look()).opened).toEqual([branch]);
    await on.bench.show();
    expect(on.app.standIn.pulls(on.repo())).toMatchObject([{ headRef: branch, headSha: sha }]);
    expect(on.taskOf(issue)?.pullRequest?.headSha).toBe(sha);
  });
});
