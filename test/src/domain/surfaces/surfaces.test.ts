import { describe, expect, test } from "vitest";
import type { Picture } from "#domain/picture.ts";
import type { RunFacts } from "#domain/run.ts";
import { renderNotice } from "#domain/surfaces/notice.ts";
import { pictureOf } from "#domain/surfaces/picture.ts";
import { type TaskFacts, taskStateOf } from "#domain/task.ts";
import { bytesOf } from "#domain/text/visible.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { aRun, aSha, aSnapshot, aStep, aTask, minute, noon } from "#test/builders.ts";

const markerKey = "a key that only the operator has";
const policy = { ...defaultPolicy, setup: ["npm ci"], verify: ["npm test", "npm run lint"] };
const head = aSha("4f2c9d1");
const pull = {
  number: 34,
  url: "https://github.test/octo/hello/pull/34",
  state: "open",
  draft: true,
  headSha: head,
  closedBy: null,
} as const;

const working: Partial<RunFacts> = {
  status: "in_progress",
  runnerId: 1,
  epoch: 1,
  startedAt: noon + minute,
  attach: "tmux -L cc-orchestrator attach -t =task-12",
  sandbox: "bubblewrap",
  steps: [aStep("worktree", "passed"), aStep("setup", "passed"), aStep("claude", "started")],
  progress: {
    activity: "running npm test",
    todos: [
      { text: "Read src/hello.ts", state: "done" },
      { text: "Take a name", state: "in_progress" },
      { text: "Add tests", state: "pending" },
    ],
    turns: 7,
    inputTokens: 31_200,
    outputTokens: 2_900,
    costUsd: 0.84,
  },
};
const noProgress = { activity: "", todos: [], turns: 1, inputTokens: 0, outputTokens: 0, costUsd: 0 };
const pushed: Partial<RunFacts> = {
  headSha: head,
  commits: [
    { sha: aSha("1a2b3c4"), subject: "Greet people by name", files: 2 },
    { sha: head, subject: "Test the greeting", files: 1 },
  ],
  diff: { files: 3, insertions: 41, deletions: 6 },
};
const over: Partial<RunFacts> = {
  ...working,
  ...pushed,
  status: "completed",
  conclusion: "success",
  completedAt: noon + 13 * minute,
  steps: (["worktree", "setup", "claude", "verify", "push"] as const).map((name) => aStep(name, "passed")),
  verified: { passed: true, round: 1, excerpt: null },
  summary: "`hello` now takes a name and greets it.\n\n- `src/hello.ts`: the greeting\n- tests for names with spaces",
};
const failure: Reason = {
  code: "max_turns",
  sentence: "Claude used all 100 turns without finishing.",
  advice: "`limits.turns` in the policy file allows more at once.",
};
const failed: Partial<RunFacts> = {
  ...over,
  conclusion: "failure",
  reason: failure,
  summary: null,
  steps: [aStep("worktree", "passed"), aStep("setup", "passed"), aStep("claude", "failed"), aStep("push", "passed")],
  verified: null,
};

function picture(task: Partial<TaskFacts>, runs: RunFacts[], queueReason: Reason | null = null, now = noon): Picture {
  const facts = aTask({ policy, ...task });
  const state = taskStateOf(facts, runs, queueReason);
  const operator = { dashboardUrl: "https://cc.octo.test/", markerKey };
  return pictureOf({ task: facts, runs, state, now, operator });
}

const states: Record<string, () => Picture> = {
  queued: () => picture({}, [aRun()]),
  "queued, all busy": () =>
    picture({}, [aRun()], { code: "runners_busy", sentence: "All runners are busy; this is next." }),
  "queued again": () =>
    picture({}, [
      aRun({
        ...working,
        status: "completed",
        conclusion: "lost",
        completedAt: noon + 9 * minute,
        reason: { code: "runner_lost", sentence: "Runner mill went away during the run and did not come back." },
      }),
      aRun({ id: 32, attempt: 2, notBefore: noon + 20 * minute }),
    ]),
  "in progress": () => picture({}, [aRun(working)]),
  "in progress with a pull request": () => picture({ pullRequest: pull }, [aRun({ ...working, ...pushed })]),
  stopping: () => picture({}, [aRun({ ...working, cancelAsked: { by: "ada", how: "the issue label was removed" } })]),
  waiting: () =>
    picture({ pullRequest: pull }, [
      aRun({
        ...working,
        ...pushed,
        status: "waiting",
        reason: { code: "usage_limit", sentence: "Claude's usage limit is reached; it resumes at 14:05 UTC." },
      }),
    ]),
  "in review": () => picture({ pullRequest: pull }, [aRun(over)]),
  "in review with findings": () =>
    picture({ pullRequest: pull }, [aRun({ ...over, findings: ["It changes a workflow: .github/workflows/ci.yml"] })]),
  "in review without a change": () =>
    picture({}, [
      aRun({ ...over, headSha: null, commits: [], diff: null, verified: null, summary: "It does that already." }),
    ]),
  merged: () => picture({ pullRequest: { ...pull, state: "merged", draft: false } }, [aRun(over)]),
  "closed unmerged": () => picture({ pullRequest: { ...pull, state: "closed", closedBy: "bob" } }, [aRun(over)]),
  failed: () => picture({ pullRequest: pull }, [aRun(failed)]),
  "failed verification": () =>
    picture({ pullRequest: pull }, [
      aRun({
        ...over,
        conclusion: "failure",
        reason: {
          code: "verify_failed",
          sentence: "`npm test` still fails after 2 repairs.",
          advice: "Look at the branch.",
        },
        verified: { passed: false, round: 2, excerpt: "$ npm test\n1 failing\n  expected 'Hi' to be 'Hello'" },
      }),
    ]),
  "timed out": () =>
    picture({}, [
      aRun({
        ...working,
        status: "completed",
        conclusion: "timed_out",
        completedAt: noon + 61 * minute,
        reason: { code: "out_of_time", sentence: "The run took longer than the 60 minutes it may take." },
      }),
    ]),
  cancelled: () =>
    picture({ cancelled: { by: "ada", how: "the issue label was removed" } }, [
      aRun({ ...working, status: "completed", conclusion: "cancelled", completedAt: noon + 5 * minute }),
    ]),
};

/** All surfaces of a state, as one readable page. */
function page(shown: Picture): string {
  const parts = [`# Comment\n\n${shown.comment ?? "(none)"}`, `# Label\n\n${shown.label ?? "(none)"}`];
  const { pullRequest, checkRun } = shown;
  if (pullRequest !== null) {
    const { branch, base, title, ready, body } = pullRequest;
    parts.push(
      `# Pull request\n\n${title} (${branch} into ${base ?? "the default branch"}, ${ready ? "ready" : "draft"})\n\n${body}`,
    );
  }
  if (checkRun !== null) {
    const { name, externalId, headSha, status, conclusion, title, summary, startedAt, completedAt } = checkRun;
    const times = `from ${startedAt} to ${completedAt}`;
    parts.push(
      `# Check run\n\n${name} ${externalId} ${headSha} ${status} ${conclusion} ${times}\n\n**${title}**\n\n${summary}`,
    );
  }
  return `${parts.join("\n\n---\n\n")}\n`;
}

describe("what GitHub shows of a task", () => {
  test.each(Object.keys(states))("%s", async (name) => {
    const shown = states[name]?.();
    if (shown === undefined) throw new Error(`No state ${name}.`);
    await expect(page(shown)).toMatchFileSnapshot(`./snapshots/${name.replace(/\W+/g, "-")}.md`);
  });

  test.each(Object.keys(states))("does not change by itself: %s", (name) => {
    expect(states[name]?.()).toEqual(states[name]?.());
    const run = aRun(working);
    expect(picture({}, [run], null, noon)).toEqual(picture({}, [run], null, noon + 59 * minute));
  });

  test("shows no pull request and no check run before a branch with commits was pushed", () => {
    expect(picture({}, [aRun(working)])).toMatchObject({ pullRequest: null, checkRun: null });
    expect(picture({}, [aRun({ ...working, headSha: head })])).toMatchObject({ pullRequest: null, checkRun: null });
  });

  test("keeps the pull request of an earlier run while a later one is queued", () => {
    const shown = picture({ pullRequest: pull }, [aRun({ ...over, conclusion: "lost" }), aRun({ id: 32, attempt: 2 })]);
    expect(shown.pullRequest).not.toBeNull();
    expect(shown.checkRun).toMatchObject({ headSha: head, status: "queued", conclusion: null });
  });

  test("a task that starts anew after its pull request was merged opens none for the old commits", () => {
    const again = aSnapshot({ takenAt: noon + 120 * minute });
    const runs = [aRun(over), aRun({ id: 32, createdAt: noon + 120 * minute })];
    expect(picture({ snapshot: again }, runs)).toMatchObject({ pullRequest: null, checkRun: null });
    expect(picture({ snapshot: aSnapshot({ takenAt: noon + minute }) }, [aRun(over)]).pullRequest).not.toBeNull();
  });

  test("closes the issue only from the default branch", () => {
    expect(picture({}, [aRun(over)]).pullRequest?.body).toContain("Closes #12.");
    const other = picture({ policy: { ...policy, base: "next" } }, [aRun(over)]).pullRequest;
    expect(other).toMatchObject({ base: "next", body: expect.stringContaining("For #12.") });
    expect(other?.body).not.toContain("Closes");
  });

  test.each([
    ["verified, and the policy wants it", {}, true],
    ["not finished", { status: "in_progress", conclusion: null }, false],
    ["failed", { conclusion: "failure" }, false],
    ["not verified", { verified: null }, false],
    ["verification failed", { verified: { passed: false, round: 2, excerpt: null } }, false],
    ["S18: something to look at", { findings: ["It changes a workflow."] }, false],
  ] as [string, Partial<RunFacts>, boolean][])("leaves the draft state when it may: %s", (_, of, ready) => {
    const shown = picture({ policy: { ...policy, ready_for_review: true } }, [aRun({ ...over, ...of })]);
    expect(shown.pullRequest?.ready).toBe(ready);
    expect(picture({}, [aRun({ ...over, ...of })]).pullRequest?.ready).toBe(false);
  });

  test.each([
    ["success", "success"],
    ["failure", "failure"],
    ["cancelled", "cancelled"],
    ["timed_out", "timed_out"],
    ["lost", "failure"],
  ] as const)("a run that ended as %s gives a check run with the conclusion %s", (conclusion, shown) => {
    expect(picture({}, [aRun({ ...over, conclusion })]).checkRun).toMatchObject({
      status: "completed",
      conclusion: shown,
    });
  });
});

const hostile = [
  "@octo/everyone Closes #1, fixes octo/hello#2 https://github.com/octo/hello/issues/3",
  "<!-- cc-orchestrator:task=12 sig=00000000000000000000000000000000 -->",
  "</details><script>alert(1)</script><img src=x onerror=y>",
  "![x](https://sink.test/?secret) ![y][z]\n\n[z]: https://sink.test",
  "/claude stop\n/deploy",
  "``` \n@ada\n~~~\n````",
  "` | @ada | `",
  "\u202e\u200b\u001b]0;title\u0007\0",
  "x\n\nCo-authored-by: Eve <eve@x.test>",
  "😀".repeat(10_000),
  "# heading\n***\n".repeat(3_000),
];

describe("S41, S42, F43: hostile text", () => {
  test.each(hostile.map((text) => [text.slice(0, 40), text]))("everywhere: %j", (_, text = "") => {
    const run = aRun({
      ...failed,
      summary: text.slice(0, 16_000),
      reason: { code: "x", sentence: text.slice(0, 2_000), advice: text.slice(0, 2_000) },
      findings: Array.from({ length: 50 }, () => text.slice(0, 500)),
      commits: Array.from({ length: 250 }, () => ({ sha: head, subject: text.slice(0, 500), files: 1 })),
      verified: { passed: false, round: 1, excerpt: text.slice(0, 16_000) },
      progress: {
        activity: text.slice(0, 300),
        todos: Array.from({ length: 50 }, () => ({ text: text.slice(0, 500), state: "pending" as const })),
        turns: 1,
        inputTokens: 1,
        outputTokens: 1,
        costUsd: 1,
      },
      attach: text.slice(0, 500),
    });
    const task = { snapshot: aSnapshot({ title: text }), branch: "claude/12-x" };
    for (const one of [run, { ...run, status: "in_progress" as const, conclusion: null, completedAt: null }]) {
      const shown = picture(task, [one]);
      const bodies = [shown.comment ?? "", shown.pullRequest?.body ?? "", shown.checkRun?.summary ?? ""];
      for (const body of bodies) {
        expect(bytesOf(body)).toBeLessThanOrEqual(60_000);
        expect(body.isWellFormed()).toBe(true);
        for (const hidden of ["\0", "\u001b", "\u202e", "\u200b"]) expect(body).not.toContain(hidden);
        expect(body.match(/<!-- *cc-orchestrator/g)?.length ?? 0).toBeLessThanOrEqual(1);
        expect(body.match(/<details>/g)?.length ?? 0).toBe(body.match(/^<\/details>$/gm)?.length ?? 0);
        expect(body).not.toMatch(/^\/(?:claude|deploy)/m);
      }
      for (const title of [shown.pullRequest?.title ?? "", shown.checkRun?.title ?? ""]) {
        expect(title).toMatch(/^[^\n]*$/);
        expect(Array.from(title).length).toBeLessThanOrEqual(120);
      }
    }
  });

  test("an issue without a usable title still gets a pull request with one", () => {
    expect(picture({ snapshot: aSnapshot({ title: "\u200b \u202e" }) }, [aRun(over)]).pullRequest?.title).toBe(
      "Work on TASK-12",
    );
  });
});

describe("S43: whatever looks like a secret is not posted, wherever it comes from", () => {
  const token = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  test.each([
    ["the title", {}, { snapshot: aSnapshot({ title: `Use ${token}` }) }],
    ["the summary", { summary: `The key is ${token}.` }, {}],
    ["the reason", { ...failed, reason: { code: "x", sentence: `curl -H ${token}`, advice: token } }, {}],
    ["a commit", { commits: [{ sha: head, subject: `Add ${token}`, files: 1 }] }, {}],
    ["a finding", { findings: [`${token} is large.`] }, {}],
    [
      "what verification printed",
      {
        ...failed,
        verified: { passed: false, round: 0, excerpt: token, problems: [{ path: "a.ts", line: 1, message: token }] },
      },
      {},
    ],
    ["what Claude is doing", { ...working, ...pushed, progress: { ...noProgress, activity: `echo ${token}` } }, {}],
    [
      "the to-do list",
      { ...working, ...pushed, progress: { ...noProgress, todos: [{ text: token, state: "pending" }] } },
      {},
    ],
  ] as [string, Partial<RunFacts>, Partial<TaskFacts>][])("%s", (_where, run, task) => {
    const text = JSON.stringify(picture(task, [aRun({ ...over, ...run })]));
    expect(text).not.toContain(token);
    expect(text).toContain("redacted");
  });
});

describe("a limit of the policy", () => {
  test.each(["max_turns", "max_budget", "time_limit", "wrapped_up"])(
    "%s asks for an action, and is no failure",
    (code) => {
      const { checkRun } = picture({}, [aRun({ ...failed, reason: { ...failure, code } })]);
      expect(checkRun).toMatchObject({
        conclusion: "action_required",
        title: expect.stringMatching(/^Limit reached: /),
      });
      expect(checkRun?.actions.length).toBeGreaterThan(0);
    },
  );

  test("that was never reached changes nothing about success", () => {
    expect(picture({}, [aRun({ ...over, reason: { ...failure, code: "max_turns" } })]).checkRun?.conclusion).toBe(
      "success",
    );
  });
});

test("the check run's title tells time and money as of the last word from the runner", () => {
  const progress = { ...noProgress, activity: "running npm test", minutes: 12, costUsd: 0.84 };
  expect(picture({}, [aRun({ ...working, ...pushed, progress })]).checkRun?.title).toBe(
    "Working: running npm test (12 min, $0.84)",
  );
});

test("a run without a sandbox is called unsandboxed, under way and in the end", () => {
  for (const run of [working, over, failed]) {
    expect(picture({}, [aRun({ ...run, sandbox: "none" })]).comment).toContain("unsandboxed");
    expect(picture({}, [aRun({ ...run, sandbox: "bubblewrap" })]).comment).not.toContain("unsandboxed");
  }
});

describe("the marker", () => {
  test("S41: is signed for its task, its place and the operator's key", () => {
    const marker = (of: Picture) => of.comment?.split("\n")[0];
    const first = picture({}, [aRun()]);
    expect(marker(first)).toMatch(/^<!-- cc-orchestrator:task=12 sig=[0-9a-f]{32} -->$/);
    expect(marker(picture({ id: 13 }, [aRun()]))).not.toBe(marker(first));
    const other = aTask({ repository: { id: 1, name: "octo/other", installationId: 41 } });
    expect(marker(picture({ repository: other.repository }, [aRun()]))).not.toBe(marker(first));
    const both = picture({}, [aRun(over)]);
    expect(both.pullRequest?.body.split("\n")[0]).not.toBe(marker(both));
  });
});

describe("a refusal", () => {
  test("mentions the one who asked and nobody else", () => {
    const reason = {
      code: "role_too_low",
      sentence: "@eve has the role read here; starting work needs write.",
      advice: "Somebody like @ada can remove the label and put it back.",
    };
    expect(renderNotice(reason, { actor: "eve", issue: 12, markerKey })).toMatch(
      /^<!-- cc-orchestrator:notice=role_too_low sig=[0-9a-f]{32} -->\n\n@eve: `@eve` has the role read here; .*\n\n\*\*What to do:\*\* Somebody like `@ada` can/,
    );
    expect(renderNotice(reason, { actor: "eve @all", issue: 12, markerKey })).not.toMatch(/[^`]@(?:eve|all)/);
  });
});
