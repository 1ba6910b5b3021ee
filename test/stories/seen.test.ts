import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { applyReports } from "#operations/apply-reports.ts";
import type { QuestionItem } from "#protocol/question.ts";
import type { ReportBody } from "#protocol/report.ts";
import { openTestApp, type TestApp } from "#test/src/github/app.ts";
import { type Bench, openBench, pushed, reports, succeeded } from "#test/src/operations/bench.ts";
import { type Followed, openFollowed } from "#test/src/operations/followed.ts";
import { seenOn } from "#test/world/seen.ts";

/*
 * What people see where the work stands still, page by page: the snapshots are for reading. Each also says how many calls
 * that write it took to come there from the label on.
 */

let app: TestApp;
let bench: Bench;
let from = 0;
beforeAll(async () => {
  app = await openTestApp();
});
beforeEach(async () => {
  await app.openShop();
  bench = openBench(app.github, { startsAt: Date.now() });
  from = app.standIn.calls.length;
});
afterEach(() => bench.close());
afterAll(() => app.close());

const repo = () => app.shop.name;
const ada = () => app.standIn.as("ada");

async function looksAs(name: string, followed: Followed, mostWrites = 20): Promise<void> {
  const calls = app.standIn.calls.slice(from);
  const of = { repo: repo(), issue: followed.issue, pull: followed.task().pullRequest?.number ?? 0 };
  const seen = seenOn(app.standIn, { ...of, withChecks: true, calls });
  await expect(seen).toMatchFileSnapshot(`./snapshots/${name}.md`);
  expect(Number(/# What it cost: (\d+)/.exec(seen)?.[1])).toBeLessThanOrEqual(mostWrites);
}

const reason = (code: string, sentence: string, advice?: string) =>
  ({ code, sentence, ...(advice === undefined ? {} : { advice }) }) as const;
const ended = (conclusion: "failure" | "cancelled" | "timed_out", why: ReturnType<typeof reason>): ReportBody => ({
  kind: "completed",
  conclusion,
  reason: why,
  summary: "",
});

/** A run that begins, tells these things, and has its branch on GitHub. */
async function tell(followed: Followed, ...bodies: ReportBody[]): Promise<void> {
  const { runId, epoch, branch, sessionId } = bench.claim(followed.runner);
  const files = { "greet.js": `bonjour ${runId}\n` };
  const sha = await ada().push(repo(), { branch, message: "Greet in French", files });
  const begun: ReportBody[] = [
    { kind: "step", step: "worktree", state: "started" },
    { kind: "prepared", branch, baseSha: sha },
    { kind: "step", step: "worktree", state: "passed" },
    {
      kind: "started",
      sessionId,
      claudeVersion: "2.1.197",
      model: "opus",
      sandbox: "bubblewrap",
      attach: "tmux attach",
    },
    { kind: "step", step: "claude", state: "started" },
    pushed(sha, branch),
  ];
  applyReports(bench.world, followed.runner, runId, epoch, reports([...begun, ...bodies]));
  await followed.settle();
}

const items: QuestionItem[] = [
  {
    question: "Which French?",
    header: "Dialect",
    multiSelect: false,
    options: [
      { label: "France", description: "bonjour" },
      { label: "Québec", description: "allô" },
    ],
  },
];

test("a question", async () => {
  const followed = await openFollowed(app, bench);
  await tell(followed, { kind: "asked", toolUseId: "toolu_1", items });
  await looksAs("question", followed);
});

test("a plan that waits, and the work on it", async () => {
  const followed = await openFollowed(app, bench, "plan: always\n");
  const { runId, epoch } = bench.claim(followed.runner);
  const plan = "1. `greet.js` says `bonjour`.\n2. A test for it.\n\nLeft out: other languages.";
  const bodies: ReportBody[] = [
    { kind: "step", step: "worktree", state: "passed" },
    { kind: "step", step: "claude", state: "passed" },
    { kind: "completed", conclusion: "success", summary: plan },
  ];
  applyReports(bench.world, followed.runner, runId, epoch, reports(bodies));
  await followed.settle();
  await looksAs("plan-waits", followed);
  ada().comment(repo(), followed.issue, "/claude approve");
  await followed.settle();
  await tell(followed);
  await looksAs("plan-carried-out", followed);
});

test("blocked by issues, one of which is closed", async () => {
  const [open, closed] = [
    ada().openIssue(repo(), { title: "Parse dates" }),
    ada().openIssue(repo(), { title: "Pick a library" }),
  ];
  const followed = await openFollowed(app, bench, undefined, (issue) => {
    ada().block(repo(), issue, open);
    ada().block(repo(), issue, closed);
    ada().closeIssue(repo(), closed);
  });
  await looksAs("blocked", followed);
});

test("a parent with sub-issues", async () => {
  const [open, closed] = [
    ada().openIssue(repo(), { title: "Parse dates" }),
    ada().openIssue(repo(), { title: "Pick a library" }),
  ];
  const followed = await openFollowed(app, bench, undefined, (issue) => {
    ada().addSubIssue(repo(), issue, open);
    ada().addSubIssue(repo(), issue, closed);
    ada().closeIssue(repo(), closed);
  });
  await tell(followed);
  await looksAs("sub-issues", followed);
});

test("checks that still fail after three repairs", async () => {
  const followed = await openFollowed(app, bench);
  await followed.work({ "greet.js": "bonjour\n" });
  for (let round = 1; round <= 4; round += 1) {
    const head = followed.runs().findLast(({ headSha }) => headSha !== null)?.headSha ?? "";
    const steps = [{ name: "Run npm test", conclusion: "failure", lines: ["not ok 1 - says salut"] }];
    await app.standIn.reportCheck(repo(), head, { name: "test", conclusion: "failure", job: { steps } });
    await followed.settle();
    if (round < 4) await followed.work({ "greet.js": `bonjour ${round}\n` });
  }
  await looksAs("handed-over", followed, 50);
});

test("money that is used up", async () => {
  const followed = await openFollowed(app, bench, "limits: {usd: 1, usd_per_task: 1}\n");
  const progress = { activity: "", todos: [], turns: 40, inputTokens: 310_000, outputTokens: 29_000, costUsd: 1.02 };
  const over = reason("max_budget", "Claude used up the money that this run may cost.");
  await tell(followed, { kind: "progress", progress }, ended("failure", over));
  ada().comment(repo(), followed.issue, "/claude continue");
  await followed.settle();
  await looksAs("budget-reached", followed);
});

test.each([
  [
    "success",
    [
      { kind: "step", step: "claude", state: "passed" },
      { kind: "step", step: "push", state: "passed" },
      { kind: "step", step: "verify", state: "passed" },
      { kind: "verified", passed: true, round: 0 },
      succeeded,
    ],
  ],
  ["failure", [ended("failure", reason("agent_failed", "Claude Code ended with an error.", "See the run's log."))]],
  ["timed-out", [ended("timed_out", reason("time_limit", "The run took longer than its 60 minutes."))]],
  [
    "action-required",
    [
      ended(
        "failure",
        reason("wrapped_up", "The run came near its 100 turns, and Claude wrapped up. Left undone: the tests."),
      ),
    ],
  ],
] as [string, ReportBody[]][])("a check run that ends as %s", async (name, bodies) => {
  const followed = await openFollowed(app, bench, 'verify: ["npm test"]\n');
  await tell(followed, ...bodies);
  if (name === "failure") {
    // It is tried twice more by itself, and then left to people.
    for (let attempt = 2; attempt <= 3; attempt += 1) {
      bench.pass(10 * 60_000);
      await followed.settle();
      await tell(followed, ...bodies);
    }
  }
  await looksAs(`check-${name}`, followed, 45);
});

test("a check run that ends as cancelled", async () => {
  const followed = await openFollowed(app, bench);
  await tell(followed, { kind: "asked", toolUseId: "toolu_1", items });
  ada().comment(repo(), followed.issue, "/claude stop");
  await followed.settle();
  await looksAs("check-cancelled", followed);
});
