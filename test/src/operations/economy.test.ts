import { describe, expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { applySurfaces } from "#operations/apply-surfaces.ts";
import type { ReportBody } from "#protocol/report.ts";
import { minute, pushed, second, succeeded } from "./bench.ts";
import { labelled } from "./quiet-github.ts";
import { inShop } from "./shop.ts";

const on = inShop();

async function label(): Promise<number> {
  const ada = on.app.standIn.as("ada");
  const issue = ada.openIssue(on.app.shop.name, { title: "Greet in French" });
  ada.label(on.app.shop.name, issue, "claude");
  const told = labelled(issue, on.bench.world.clock());
  acceptDelivery(on.bench.world, { ...told, happening: { ...told.happening, repository: on.app.shop } });
  await on.bench.workDeliveries();
  return issue;
}

const defineLabel = "POST /repos/{owner}/{repo}/labels";

/** What the surface loop does at this instant. */
async function showDue(): Promise<void> {
  const { store } = on.bench;
  for (const { taskId, dueAt } of store.surfaces.due(on.bench.world.clock())) {
    await applySurfaces(on.bench.world, taskId);
    store.surfaces.settle(taskId, dueAt);
  }
}

/** A run that tells `count` times how far it is, and then ends well; the calls that created content. */
async function work(count: number, everyMs: number, pushesEarly: boolean): Promise<string[]> {
  const from = on.app.standIn.calls.length;
  await label();
  await on.bench.show();
  const runner = on.bench.addRunner();
  const offer = on.bench.claim(runner);
  const sha = await on.app.standIn.as("ada").push(on.app.shop.name, {
    branch: offer.branch,
    message: "x",
    files: { "greet.js": String(Math.random()) },
  });
  let seq = 0;
  const tell = async (...bodies: ReportBody[]) => {
    const numbered = bodies.map((body) => {
      seq += 1;
      return { seq, at: new Date(on.bench.world.clock()).toISOString(), body };
    });
    applyReports(on.bench.world, runner, offer.runId, offer.epoch, numbered);
    await showDue();
  };
  await tell({ kind: "step", step: "worktree", state: "started" });
  await tell(
    { kind: "step", step: "worktree", state: "passed" },
    { kind: "prepared", branch: offer.branch, baseSha: sha },
  );
  await tell({ kind: "step", step: "claude", state: "started" });
  if (pushesEarly) await tell(pushed(sha, offer.branch));
  for (let turn = 1; turn <= count; turn += 1) {
    on.bench.pass(everyMs);
    const usage = { turns: turn, inputTokens: 1_000 * turn, outputTokens: 100 * turn, costUsd: turn / 100 };
    await tell({ kind: "progress", progress: { activity: `running step ${turn}`, todos: [], ...usage } });
  }
  await tell({ kind: "step", step: "claude", state: "passed" }, { kind: "step", step: "push", state: "started" });
  await tell(pushed(sha, offer.branch), { kind: "step", step: "push", state: "passed" }, succeeded);
  await on.bench.show();
  const writes = on.app.standIn.calls.slice(from).filter((call) => call.contentCreating);
  // What a label looks like is told to each repository once.
  return writes.map(({ method, route }) => `${method} ${route}`).filter((call) => call !== defineLabel);
}

describe("a task with a hundred words of progress costs at most twenty calls that create content", () => {
  test.each([
    ["one every two seconds", 2 * second, false],
    ["one every two seconds, with work pushed early", 2 * second, true],
    ["one every half minute", minute / 2, false],
    ["one every half minute, with work pushed early", minute / 2, true],
  ])("%s", async (_what, everyMs, pushesEarly) => {
    const writes = await work(100, everyMs, pushesEarly);
    expect(writes.length, writes.join("\n")).toBeLessThanOrEqual(20);
    expect(writes.length).toBeGreaterThan(5);
  });
});

test("what GitHub shows already is not written again, whatever is looked at", async () => {
  await work(3, minute, true);
  const from = on.app.standIn.calls.length;
  for (const { id } of on.bench.store.tasks.list({ limit: 10 }))
    on.bench.store.surfaces.markDue(id, on.bench.world.clock());
  await on.bench.show();
  expect(on.app.standIn.calls.slice(from).filter((call) => call.contentCreating)).toEqual([]);
});

test("F23: a secondary limit is waited out, and commands are carried out in their order afterwards", async () => {
  const issue = await label();
  await on.bench.show();
  const ada = on.app.standIn.as("ada");
  on.app.standIn.faults.failNext({
    route: "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    status: 403,
    headers: { "retry-after": "2" },
    message: "You have exceeded a secondary rate limit.",
  });
  const ids = ["/claude stop", "/claude retry", "/claude stop"].map((body) => {
    const id = ada.comment(on.app.shop.name, issue, body);
    const at = on.bench.world.clock();
    acceptDelivery(on.bench.world, {
      guid: `limited-${id}`,
      hookId: "1",
      event: "issue_comment",
      action: "created",
      receivedAt: at,
      happening: {
        kind: "commented",
        repository: on.app.shop,
        thread: issue,
        isPullRequest: false,
        issue: { title: "Greet in French", body: "" },
        comment: String(id),
        body,
        actor: { login: "ada", isBot: false },
        at,
      },
    });
    return id;
  });
  await on.bench.workDeliveries();
  const reactions = () =>
    ids.map((id) => {
      const comment = on.app.standIn.comments(on.app.shop.name, issue).find((one) => one.id === id);
      return comment?.reactions.map(({ content }) => content);
    });
  expect(reactions()).toEqual([[], [], []]);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  for (let round = 0; round < 5; round += 1) {
    on.bench.pass(minute);
    await on.bench.workDeliveries();
  }
  expect(reactions()).toEqual([
    ["eyes", "+1"],
    ["eyes", "+1"],
    ["eyes", "+1"],
  ]);
  const task = on.bench.store.tasks.byIssue(on.app.shop.id, issue);
  const runs = on.bench.store.runs.ofTask(task?.id ?? 0);
  expect(runs.map((run) => run.conclusion)).toEqual(["cancelled", "cancelled"]);
});
