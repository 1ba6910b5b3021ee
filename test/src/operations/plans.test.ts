import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Happening } from "#domain/happening.ts";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { answerCheck } from "#operations/answer-check.ts";
import { answerComment } from "#operations/answer-comment.ts";
import { applyReports } from "#operations/apply-reports.ts";
import { approveTask } from "#operations/approve-task.ts";
import { cancelTask } from "#operations/cancel-task.ts";
import type { RunnerFacts } from "#operations/ports/runners.ts";
import { retryTask } from "#operations/retry-task.ts";
import { sayToTask } from "#operations/say-to-task.ts";
import { showTask } from "#operations/show-tasks.ts";
import { takeUpIssue } from "#operations/take-up-issue.ts";
import { withdrawTask } from "#operations/withdraw-task.ts";
import type { ReportBody } from "#protocol/report.ts";
import type { RunOffer } from "#protocol/run.ts";
import { type Bench, minute, openBench, pushed, reports, second, succeeded } from "./bench.ts";
import { labelled, type QuietGitHub, quietGitHub, shop } from "./quiet-github.ts";

let github: QuietGitHub;
let bench: Bench;
let laptop: RunnerFacts;
let box: RunnerFacts;
beforeEach(() => {
  github = quietGitHub();
  bench = openBench(github.github);
  laptop = bench.addRunner();
  box = bench.addRunner();
});
afterEach(() => bench.close());

const thePlan: ReportBody = { kind: "completed", conclusion: "success", summary: "1. Change `greet.js`." };
const taskNow = () => showTask(bench.world, "TASK-1");
const refusedAs = (code: string) =>
  expect.objectContaining({ problem: expect.objectContaining({ status: 409, code }) });

function tell({ runId, epoch }: RunOffer, bodies: readonly ReportBody[]): void {
  applyReports(bench.world, laptop, runId, epoch, reports(bodies));
}

/** The label for plans is put on, and the laptop writes the plan. */
async function plan(): Promise<RunOffer> {
  github.issue.labels = ["claude:plan"];
  acceptDelivery(bench.world, labelled(1, bench.world.clock(), { label: "claude:plan" }));
  await bench.workDeliveries();
  const offer = bench.claim(laptop);
  bench.pass(minute);
  tell(offer, [thePlan]);
  return offer;
}

let comments = 100;
/** What the comment was answered with, by its outcomes. */
async function comment(body: string, login = "ada") {
  comments += 1;
  bench.pass(10 * second);
  const id = `${comments}`;
  await answerComment(bench.world, {
    kind: "commented",
    repository: shop,
    comment: id,
    thread: 1,
    isPullRequest: false,
    issue: { title: "Greet in French", body: "Say bonjour." },
    body,
    actor: { login, isBot: false },
    at: bench.world.clock(),
  } as Extract<Happening, { kind: "commented" }>);
  return bench.store.commands.ofComment(shop.id, id);
}

describe("a plan", () => {
  test("comes first where its label asks for it, and waits without a slot, a lease or a branch (F11)", async () => {
    const offer = await plan();
    expect(offer).toMatchObject({ purpose: "plan", resume: false });
    expect(offer.prompt).toContain("Change no file.");
    expect(offer.prompt).not.toContain("You may commit");
    expect(taskNow()).toMatchObject({ status: "waiting", conclusion: null, reason: { code: "plan_waits" } });
    expect(bench.store.runs.held()).toEqual([]);
    expect(bench.store.notices.unwritten()).toMatchObject([{ body: expect.stringContaining("@ada: A plan waits") }]);
  });

  test("that is approved is carried out in its own session, once", async () => {
    const offer = await plan();
    approveTask(bench.world, "TASK-1", "ada");
    expect(() => approveTask(bench.world, "TASK-1", "bob")).toThrow(refusedAs("approved_already"));
    const work = bench.claim(laptop);
    expect(work).toMatchObject({ purpose: "implement", resume: true, sessionId: offer.sessionId });
    expect(work.prompt).toContain("The plan for this was approved.");
    expect(work.prompt).not.toContain("Change `greet.js`");
    tell(work, [pushed("a".repeat(40), work.branch), succeeded]);
    expect(taskNow()).toMatchObject({ status: "in_review", reason: null });
    expect(taskNow().runs).toHaveLength(2);
  });

  test("goes to another runner in its words when the first stays away", async () => {
    await plan();
    approveTask(bench.world, "TASK-1", "ada");
    bench.pass(11 * minute);
    const elsewhere = bench.claim(box);
    expect(elsewhere).toMatchObject({ purpose: "implement", resume: false });
    expect(elsewhere.prompt).toContain("1. Change `greet.js`.");
  });

  test("is revised by a command, a plain comment or the API; meanwhile there is nothing to approve", async () => {
    const offer = await plan();
    expect(await comment("/claude say In Danish, please.")).toMatchObject([{ isDone: true }]);
    expect(await comment("/claude approve")).toMatchObject([
      { isDone: false, answer: expect.stringContaining("The plan is being written") },
    ]);
    const second = bench.claim(laptop);
    expect(second).toMatchObject({ purpose: "plan", attempt: 2, resume: true, sessionId: offer.sessionId });
    expect(second.prompt).toContain("In Danish, please.");
    expect(second.prompt).toContain("Change the plan by them");
    tell(second, [thePlan]);
    expect(await comment("And briefly.")).toMatchObject([{ isDone: true }]);
    const third = bench.claim(laptop);
    expect(third.prompt).toContain("And briefly.");
    tell(third, [thePlan]);
    sayToTask(bench.world, "TASK-1", { by: "ada", text: "Once more." });
    tell(bench.claim(laptop), [thePlan]);
    expect(await comment("/claude approve")).toMatchObject([{ isDone: true }]);
    expect(bench.claim(laptop)).toMatchObject({ purpose: "implement", sessionId: offer.sessionId });
  });

  test("hears words that came too late for its run in another one", async () => {
    acceptDelivery(bench.world, labelled(1, bench.world.clock()));
    github.policy = "plan: always";
    await bench.workDeliveries();
    const offer = bench.claim(laptop);
    sayToTask(bench.world, "TASK-1", { by: "ada", text: "In Danish." });
    tell(offer, [thePlan]);
    expect(bench.claim(laptop)).toMatchObject({ purpose: "plan", resume: true, sessionId: offer.sessionId });
    expect(bench.store.notices.unwritten()).toEqual([]);
  });

  test("is ended by stop, by the API, by a closed issue or its label taken off; nobody approves it then", async () => {
    await plan();
    expect(await comment("/claude stop")).toMatchObject([{ isDone: true }]);
    expect(taskNow()).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(() => approveTask(bench.world, "TASK-1", "ada")).toThrow(refusedAs("nothing_to_approve"));
    retryTask(bench.world, "TASK-1");
    const again = bench.claim(laptop);
    expect(again.purpose).toBe("plan");
    tell(again, [thePlan]);
    cancelTask(bench.world, "TASK-1", "ada");
    expect(taskNow().status).toBe("completed");
    retryTask(bench.world, "TASK-1");
    tell(bench.claim(laptop), [thePlan]);
    github.issue.labels = [];
    const off = { repository: shop, issue: 1, label: "claude:plan", actor: { login: "ada", isBot: false } };
    await withdrawTask(bench.world, { kind: "issue_unlabelled", ...off, at: bench.world.clock() });
    expect(taskNow().status).toBe("completed");
  });

  test("is asked for by /claude plan and by the policy; a stranger neither asks nor approves", async () => {
    github.role = "read";
    expect(await comment("/claude plan", "eve")).toMatchObject([{ isDone: false }]);
    github.role = "write";
    github.issue.labels = [];
    expect(await comment("/claude approve")).toMatchObject([{ isDone: false }]);
    expect(await comment("/claude plan")).toMatchObject([{ isDone: true }]);
    const offer = bench.claim(laptop);
    expect(offer.purpose).toBe("plan");
    tell(offer, [{ kind: "completed", conclusion: "failure", summary: "" }]);
    retryTask(bench.world, "TASK-1");
    tell(bench.claim(laptop), [thePlan]);
    github.role = "read";
    expect(await comment("/claude approve", "eve")).toMatchObject([{ isDone: false }]);
    await comment("Looks good to me.", "eve");
    expect(taskNow()).toMatchObject({ status: "waiting", reason: { code: "plan_waits" } });
  });
});

test("an operator takes an issue up with a plan first, and with a priority", async () => {
  const task = await takeUpIssue(bench.world, {
    repository: shop.name,
    issue: 1,
    by: "ada",
    plan: true,
    priority: "high",
  });
  expect(task).toMatchObject({ priority: "high", runs: [{ purpose: "plan", status: "queued" }] });
});

describe("approval: true", () => {
  test("keeps the pull request a draft until somebody approves it, once, and not before it is done", async () => {
    github.policy = "approval: true\nready_for_review: true";
    acceptDelivery(bench.world, labelled(1, bench.world.clock()));
    await bench.workDeliveries();
    const offer = bench.claim(laptop);
    expect(() => approveTask(bench.world, "TASK-1", "ada")).toThrow(refusedAs("not_finished"));
    tell(offer, [pushed("a".repeat(40), offer.branch), succeeded]);
    expect(taskNow()).toMatchObject({ status: "in_review", reason: { code: "approval_waits" } });
    approveTask(bench.world, "TASK-1", "ada");
    expect(taskNow()).toMatchObject({ status: "in_review", reason: null });
    expect(() => approveTask(bench.world, "TASK-1", "bob")).toThrow(refusedAs("approved_already"));
  });

  test("a plan on a branch that is there has a button, which approves it like the command", async () => {
    acceptDelivery(bench.world, labelled(1, bench.world.clock()));
    await bench.workDeliveries();
    const offer = bench.claim(laptop);
    bench.pass(minute);
    tell(offer, [pushed("a".repeat(40), offer.branch), { kind: "completed", conclusion: "failure", summary: "" }]);
    expect(await comment("/claude plan")).toMatchObject([{ isDone: true }]);
    tell(bench.claim(laptop), [thePlan]);
    await answerCheck(bench.world, {
      kind: "check_asked",
      repository: shop,
      checkRun: "5",
      headSha: "a".repeat(40),
      button: "approve",
      actor: { login: "ada", isBot: false },
      at: bench.world.clock(),
    } as Extract<Happening, { kind: "check_asked" }>);
    expect(bench.claim(laptop)).toMatchObject({ purpose: "implement", resume: true });
  });
});
