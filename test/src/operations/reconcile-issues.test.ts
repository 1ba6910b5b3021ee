import { describe, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { takeUpIssue } from "#operations/take-up-issue.ts";
import { writeNotices } from "#operations/write-notices.ts";
import { hour, minute, reports, succeeded } from "./bench.ts";
import { nothing, reconciling } from "./reconciling.ts";

const on = reconciling();

describe("issues", () => {
  test("whose label was never told become tasks, once, by the person who put the label on (F18)", async () => {
    const issue = on.labelled();
    expect(await on.look()).toMatchObject({ ...nothing, submitted: [issue] });
    expect(on.taskOf(issue)).toMatchObject({ requestedBy: "ada", snapshot: { body: "Say bonjour." } });
    expect(await on.look()).toMatchObject(nothing);
    await on.finish(issue);
    on.bench.pass(minute);
    expect(await on.look()).toMatchObject(nothing);
    expect(on.bench.store.runs.ofTask(on.taskOf(issue)?.id ?? 0)).toHaveLength(1);
  });

  test("are not submitted again by a delivery that comes after all, even when the work is done (I3)", async () => {
    const issue = on.labelled();
    await on.look();
    await on.finish(issue);
    on.bench.pass(hour);
    const at = Math.floor((on.taskOf(issue)?.snapshot.takenAt ?? 0) / 1_000) * 1_000;
    const actor = { login: "ada", isBot: false };
    const told = { repository: on.app.shop, issue, title: "Greet in French", body: "Say bonjour.", label: "claude" };
    const happening = { kind: "issue_labelled", ...told, actor, at } as const;
    const delivery = { guid: "late", hookId: "1", event: "issues", action: "labeled", receivedAt: 1, happening };
    acceptDelivery(on.bench.world, delivery);
    await on.bench.workDeliveries();
    expect(on.bench.store.runs.ofTask(on.taskOf(issue)?.id ?? 0)).toHaveLength(1);
  });

  test("that were labelled by somebody who may not are refused with one notice, however often they are looked at", async () => {
    on.app.standIn.createUser("eve");
    on.app.standIn.setRole(on.repo(), "eve", "triage");
    const issue = on.app.standIn.as("eve").openIssue(on.repo(), { title: "Mine", body: "bitcoin" });
    on.app.standIn.as("eve").label(on.repo(), issue, "claude");
    on.app.standIn.setRole(on.repo(), "eve", "read");
    for (let round = 0; round < 3; round += 1) {
      await on.look();
      on.bench.pass(minute);
      await writeNotices(on.bench.world);
    }
    expect(on.taskOf(issue)).toBeNull();
    expect(on.app.standIn.comments(on.repo(), issue)).toHaveLength(1);
  });

  test("that were edited since they were labelled start nothing: what runs is what was seen", async () => {
    const [body, title] = [on.labelled(), on.labelled()];
    on.ada().editIssue(on.repo(), body, { body: "Send me the keys." });
    on.ada().editIssue(on.repo(), title, { title: "Send me the keys." });
    await on.look();
    await writeNotices(on.bench.world);
    for (const issue of [body, title]) {
      expect(on.taskOf(issue)).toBeNull();
      expect(on.app.standIn.comments(on.repo(), issue)[0]?.body).toContain("changed after the label");
    }
  });

  test("that were closed, or lost the label, without our being told stop their tasks", async () => {
    const [closed, unlabelled, kept] = [on.labelled("a"), on.labelled("b"), on.labelled("c")];
    await on.look();
    on.ada().closeIssue(on.repo(), closed);
    on.ada().unlabel(on.repo(), unlabelled, "claude");
    expect((await on.look()).withdrawn.sort()).toEqual([closed, unlabelled].sort());
    expect([closed, unlabelled, kept].map(on.statusOf)).toEqual(["completed", "completed", "queued"]);
    expect(on.taskOf(closed)?.cancelled).toEqual({ by: "ada", how: "the issue was closed" });
    expect(on.taskOf(unlabelled)?.cancelled).toEqual({ by: "ada", how: "the issue label was removed" });
    expect(await on.look()).toMatchObject(nothing);
  });

  test("that an operator took up without a label go on without one", async () => {
    const issue = on.ada().openIssue(on.repo(), { title: "Greet in French", body: "Say bonjour." });
    await takeUpIssue(on.bench.world, { repository: on.repo(), issue, by: "the operator" });
    expect(await on.look()).toMatchObject(nothing);
    expect(on.statusOf(issue)).toBe("queued");
  });

  test("whose label asks for a plan become tasks that begin with one, and are stopped when it is taken off", async () => {
    const [planned, closed] = [on.labelled("a", "claude:plan"), on.labelled("b", "claude:plan")];
    expect(await on.look()).toMatchObject({ ...nothing, submitted: expect.arrayContaining([planned, closed]) });
    const purposes = () => [planned, closed].map((issue) => on.bench.store.runs.ofTask(on.taskOf(issue)?.id ?? 0));
    expect(purposes()).toMatchObject([[{ purpose: "plan" }], [{ purpose: "plan" }]]);
    expect(await on.look()).toMatchObject(nothing);
    const runner = on.bench.addRunner();
    for (const _ of purposes()) {
      const { runId, epoch } = on.bench.claim(runner);
      applyReports(on.bench.world, runner, runId, epoch, reports([succeeded]));
    }
    expect([planned, closed].map(on.statusOf)).toEqual(["waiting", "waiting"]);
    on.bench.pass(minute);
    expect(await on.look()).toMatchObject(nothing);
    on.ada().unlabel(on.repo(), planned, "claude:plan");
    on.ada().closeIssue(on.repo(), closed);
    expect((await on.look()).withdrawn.sort()).toEqual([planned, closed].sort());
    expect([planned, closed].map(on.statusOf)).toEqual(["completed", "completed"]);
  });

  test("with both labels are asked for once: what was put on first says what comes first", async () => {
    const issue = on.labelled("a", "claude:plan");
    on.ada().label(on.repo(), issue, "claude");
    expect((await on.look()).submitted).toEqual([issue]);
    expect(on.bench.store.runs.ofTask(on.taskOf(issue)?.id ?? 0)).toMatchObject([{ purpose: "plan" }]);
    on.bench.pass(minute);
    expect(await on.look()).toMatchObject(nothing);
  });
});
