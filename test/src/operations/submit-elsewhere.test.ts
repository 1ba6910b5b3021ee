import { afterEach, beforeEach, expect, test } from "vitest";
import { answerElsewhere } from "#operations/answer-elsewhere.ts";
import { applyReports } from "#operations/apply-reports.ts";
import type { WishElsewhere } from "#operations/ports/elsewhere.ts";
import { showAudit } from "#operations/show-audit.ts";
import { showTask } from "#operations/show-tasks.ts";
import { submitElsewhere } from "#operations/submit-elsewhere.ts";
import { type Bench, openBench, pushed, reports } from "./bench.ts";
import { type QuietGitHub, quietGitHub } from "./quiet-github.ts";

let github: QuietGitHub;
let bench: Bench;
beforeEach(() => {
  github = quietGitHub();
  bench = openBench(github.github);
});
afterEach(() => bench.close());

const origin = { kind: "jira", place: "jira", key: "SHOP-12", url: "https://jira.test/browse/SHOP-12" } as const;
const wish: WishElsewhere = {
  origin,
  repository: "acme/shop",
  title: "Greet in French",
  body: "Say bonjour.",
  comments: [],
  omittedComments: 0,
  login: "ada",
  priority: "normal",
  isPlan: false,
};

test("what is wished elsewhere is a task with a queued run and a branch, once, however often it is told", async () => {
  const told = await Promise.all([submitElsewhere(bench.world, wish), submitElsewhere(bench.world, wish)]);
  expect(told.map((one) => "task" in one && [one.task, one.isNew])).toEqual([
    ["TASK-1", true],
    ["TASK-1", false],
  ]);
  expect(await submitElsewhere(bench.world, wish)).toEqual({ task: "TASK-1", isNew: false });
  expect(showTask(bench.world, "TASK-1")).toMatchObject({
    issue: null,
    origin,
    requestedBy: "ada",
    status: "queued",
    branch: expect.stringContaining("greet-in-french"),
  });
  const { prompt } = bench.claim(bench.addRunner());
  expect(prompt).toContain("from ticket SHOP-12");
  expect(prompt).toContain("written by people in Jira");
});

test("the repository's policy and the person's role on GitHub decide, and the answer says why not", async () => {
  github.role = "triage";
  expect(await submitElsewhere(bench.world, wish)).toMatchObject({ refusal: { code: "role_too_low" } });
  expect(bench.store.tasks.list({ limit: 10 })).toEqual([]);
});

test("it gets a draft pull request that names where it comes from, and a check run, but no comment and no label", async () => {
  const opened: { body: string }[] = [];
  const checks: unknown[] = [];
  const more: Record<string, (...given: never[]) => unknown> = {
    findPullRequest: () => null,
    openPullRequest: (_repository, picture) => {
      opened.push(picture);
      return { number: 3, url: "https://github.test/pull/3", state: "open", draft: true, headSha: null };
    },
    findCheckRun: () => null,
    createCheckRun: (_repository, picture) => String(checks.push(picture)),
  };
  const quiet = github.github as unknown as Record<string, unknown>;
  Object.assign(bench.world, {
    github: new Proxy({}, { get: (_target, name: string) => more[name] ?? quiet[name] }),
  });
  await submitElsewhere(bench.world, wish);
  await bench.show();
  const runner = bench.addRunner();
  const { runId, epoch, branch } = bench.claim(runner);
  applyReports(bench.world, runner, runId, epoch, reports([pushed("a".repeat(40), branch)]));
  await bench.show();
  expect(opened[0]?.body).toContain("For [SHOP-12](https://jira.test/browse/SHOP-12).");
  expect(checks).toHaveLength(1);
  expect(showTask(bench.world, "TASK-1").pullRequest).toMatchObject({ number: 3 });
});

test("it is steered from elsewhere before it has a pull request", async () => {
  await submitElsewhere(bench.world, wish);
  const ask = (verb: string, key: string) =>
    answerElsewhere(bench.world, { key, login: "ada", verb, words: "", of: "TASK-1" });
  expect((await ask("status", "jira:1")).sentence).toContain("Queued");
  expect((await ask("why", "jira:2")).sentence).toContain("ada asked for it");
  expect(await ask("stop", "jira:3")).toEqual({ isDone: true, sentence: "Done: TASK-1 is asked to stop." });
  expect((await ask("retry", "hook:builds:4")).isDone).toBe(true);
  const audited = showAudit(bench.world).map(({ place, action }) => `${place} ${action}`);
  expect(audited.sort()).toEqual([
    "hook /claude retry",
    "jira /claude status",
    "jira /claude stop",
    "jira /claude why",
  ]);
});
