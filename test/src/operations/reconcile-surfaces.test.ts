import { describe, expect, test } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import { minute, reports } from "./bench.ts";
import { reconciling } from "./reconciling.ts";

const on = reconciling();

describe("what GitHub shows", () => {
  const ours = (issue: number) =>
    on.app.standIn.comments(on.repo(), issue).filter(({ author }) => author === on.app.standIn.app.botLogin);

  async function shown(): Promise<number> {
    const issue = on.labelled();
    await on.look();
    await on.finish(issue);
    on.bench.pass(minute);
    return issue;
  }

  async function removeComment(issue: number): Promise<void> {
    const { token } = on.app.standIn.createUser("ada");
    const url = `${on.app.standIn.apiUrl}/repos/${on.repo()}/issues/comments/${ours(issue)[0]?.id}`;
    const answer = await fetch(url, { method: "DELETE", headers: { authorization: `token ${token}` } });
    expect(answer.status).toBe(204);
  }

  test("is written again where a comment was deleted, once: who deletes it again gets their way", async () => {
    const issue = await shown();
    await removeComment(issue);
    expect((await on.look()).repaired).toEqual([expect.stringContaining("comment: deleted")]);
    await on.bench.show();
    expect(ours(issue)).toHaveLength(1);
    expect(ours(issue)[0]?.body).toContain("Done");
    on.bench.pass(minute);
    await removeComment(issue);
    expect((await on.look()).repaired).toEqual([]);
    await on.bench.show();
    expect(ours(issue)).toEqual([]);
  });

  test("is written again where a comment was changed, once for the same words", async () => {
    const issue = await shown();
    const id = String(ours(issue)[0]?.id);
    await on.app.github.updateComment(on.app.shop, id, "x");
    expect((await on.look()).repaired).toEqual([expect.stringContaining("comment: changed")]);
    await on.bench.show();
    expect(ours(issue)).toMatchObject([{ id: Number(id), body: expect.stringContaining("Done") }]);
    on.bench.pass(minute);
    await on.app.github.updateComment(on.app.shop, id, "x");
    expect((await on.look()).repaired).toEqual([]);
    await on.bench.show();
    expect(ours(issue)[0]?.body).toBe("x");
  });

  test("is written again where a state label was taken off or a wrong one put on", async () => {
    const issue = await shown();
    on.ada().unlabel(on.repo(), issue, "claude:in-review");
    expect((await on.look()).repaired).toEqual([expect.stringContaining("label: removed")]);
    await on.bench.show();
    expect(on.app.standIn.issue(on.repo(), issue).labels.sort()).toEqual(["claude", "claude:in-review"]);
    on.bench.pass(minute);
    on.ada().label(on.repo(), issue, "claude:queued");
    expect((await on.look()).repaired).toEqual([expect.stringContaining("inReview and queued")]);
    await on.bench.show();
    expect(on.app.standIn.issue(on.repo(), issue).labels.sort()).toEqual(["claude", "claude:in-review"]);
  });

  test("is one state label where a write broke off between putting the new one on and taking the old one off (F22)", async () => {
    const issue = on.labelled();
    await on.look();
    await on.bench.show();
    const runner = on.bench.addRunner();
    const offer = on.bench.claim(runner);
    const failed = { kind: "completed", conclusion: "failure", summary: "" } as const;
    applyReports(on.bench.world, runner, offer.runId, offer.epoch, reports([failed]));
    const remove = "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}";
    on.app.standIn.faults.failNext({ route: remove, status: 502, times: 1 });
    await expect(on.bench.show()).rejects.toThrow("502");
    const labels = () => on.app.standIn.issue(on.repo(), issue).labels.filter((name) => name.startsWith("claude:"));
    expect(labels()).toHaveLength(2);
    expect((await on.look()).repaired).toHaveLength(1);
    // Before it is written, nothing new is found; afterwards nothing is left to find.
    expect((await on.look()).repaired).toEqual([]);
    await on.bench.show();
    expect(labels()).toEqual(["claude:failed"]);
    expect((await on.look()).repaired).toEqual([]);
  });

  test("is written again where a check run shows something else", async () => {
    await shown();
    const [check] = on.app.standIn.checkRuns(on.repo());
    await on.app.github.updateCheckRun(on.app.shop, String(check?.id), {
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
    expect((await on.look()).repaired).toEqual([expect.stringContaining("shows completed failure")]);
    await on.bench.show();
    expect(on.app.standIn.checkRuns(on.repo())).toMatchObject([{ conclusion: "success" }]);
  });
});
