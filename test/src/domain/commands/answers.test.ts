import { describe, expect, test } from "vitest";
import {
  renderBudget,
  renderNoTask,
  renderRefusal,
  renderSaid,
  renderStatus,
  renderWhy,
  renderWrong,
} from "#domain/commands/answers.ts";
import type { Command, Wrong } from "#domain/commands/command.ts";
import { renderHelp } from "#domain/commands/help.ts";
import { parseCommands } from "#domain/commands/parse-commands.ts";
import { permissionRefusal, statusRefusal } from "#domain/commands/refusal.ts";
import { verbNames, verbs } from "#domain/commands/verbs.ts";
import { reasons } from "#domain/reasons.ts";
import type { RunFacts } from "#domain/run.ts";
import { renderReply } from "#domain/surfaces/reply.ts";
import { viewOf } from "#domain/surfaces/view.ts";
import { type TaskFacts, taskStateOf } from "#domain/task.ts";
import { gatesOf, type WhyFacts } from "#domain/why.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { aRun, aSha, aStep, aTask, minute, noon } from "#test/builders.ts";

const operator = { dashboardUrl: null, markerKey: "a key that only the operator has" };
const pull = {
  number: 34,
  url: "https://github.test/octo/hello/pull/34",
  state: "open",
  draft: true,
  headSha: aSha("4f2c9d1"),
  closedBy: null,
} as const;
const working: Partial<RunFacts> = {
  status: "in_progress",
  runnerId: 1,
  startedAt: noon + minute,
  steps: [aStep("worktree", "passed"), aStep("claude", "started")],
  progress: {
    activity: "running npm test",
    todos: [],
    turns: 7,
    inputTokens: 31_200,
    outputTokens: 2_900,
    costUsd: 0.84,
  },
};
const over: Partial<RunFacts> = {
  ...working,
  status: "completed",
  conclusion: "success",
  completedAt: noon + 9 * minute,
};
const turns: Reason = {
  code: "max_turns",
  sentence: "Claude used all 100 turns without finishing.",
  advice: "Raise `limits.turns` in the policy, or split the issue.",
};

function why(of: Partial<WhyFacts> & { task?: TaskFacts | null; runs?: RunFacts[] } = {}): string {
  const { task = null, runs = [], queueReason = null } = of;
  const state = task === null ? null : taskStateOf(task, runs, queueReason);
  const facts: WhyFacts = {
    issue: { isOpen: true, labels: [] },
    policy: defaultPolicy,
    problem: null,
    repository: { name: "octo/hello", isPrivate: true },
    publicRepositories: [],
    task,
    runs,
    state,
    queueReason,
    holds: [],
    runner: "mill",
    ...of,
  };
  return renderWhy(gatesOf(facts), noon);
}

function status(task: Partial<TaskFacts>, runs: RunFacts[], queueReason: Reason | null = null): string {
  const facts = aTask(task);
  return renderStatus(viewOf({ task: facts, runs, state: taskStateOf(facts, runs, queueReason), now: noon, operator }));
}

const answers: Record<string, () => string> = {
  "why, nobody has asked": () => why(),
  "why, the label is on and nobody was seen": () => why({ issue: { isOpen: true, labels: ["claude"] } }),
  "why, a public repository and a closed issue": () =>
    why({ repository: { name: "octo/hello", isPrivate: false }, issue: { isOpen: false, labels: [] } }),
  "why, a broken policy": () =>
    why({
      policy: null,
      problem: { code: "policy_broken", sentence: "Line 3: `labl` is not a key.", advice: "Mend it." },
    }),
  "why, no runner": () => why({ task: aTask(), runs: [aRun()], queueReason: reasons.noRunner() }),
  "why, all runners busy": () => why({ task: aTask(), runs: [aRun()], queueReason: reasons.runnersBusy(3) }),
  "why, at work": () => why({ task: aTask(), runs: [aRun(working)] }),
  "why, stopped": () =>
    why({
      task: aTask({ cancelled: { by: "bob", how: "`/claude stop`" } }),
      runs: [aRun({ ...over, conclusion: "cancelled", reason: reasons.cancelledBy("bob", "`/claude stop`") })],
    }),
  "why, failed": () => why({ task: aTask(), runs: [aRun({ ...over, conclusion: "failure", reason: turns })] }),
  "why, in review": () => why({ task: aTask({ pullRequest: pull }), runs: [aRun(over)] }),
  "why, merged": () => why({ task: aTask({ pullRequest: { ...pull, state: "merged" } }), runs: [aRun(over)] }),
  "status, queued": () => status({ priority: "high" }, [aRun()], reasons.runnersBusy(1)),
  "status, at work": () => status({}, [aRun(working)]),
  "status, in review": () => status({ pullRequest: pull }, [aRun(over)]),
  "status, no task": () => renderNoTask("claude"),
  help: () => renderHelp({ ...defaultPolicy, role: "maintain" }),
  "wrong verb": () => renderWrong(parseCommands("/claude stpo", { word: "claude", appName: null })[0] as Wrong),
  "no such verb": () => renderWrong(parseCommands("/claude dance", { word: "claude", appName: null })[0] as Wrong),
  refused: () => renderRefusal(permissionRefusal(asked({ role: "read" })) ?? turns),
  said: () => renderSaid("ended") ?? "",
  budget: () =>
    [renderBudget({ usd: 20, before: 10, when: "running" }), renderBudget({ usd: 20, before: 10, when: "ended" })].join(
      "\n\n",
    ),
};

function asked(of: { command?: Command; role?: "read" | "write" | null; at?: number }) {
  const { command = { verb: "stop" }, role = "write", at = noon } = of;
  return { command, login: "eve", role, policy: defaultPolicy, at, now: noon };
}

test("every answer reads as it should", async () => {
  const line = (name: string) => `## ${name}`;
  const pages = Object.entries(answers).map(([name, render]) => `${line(name)}\n\n${render()}`);
  await expect(`${pages.join("\n\n")}\n`).toMatchFileSnapshot("./snapshots/answers.md");
});

test("S41: an answer mentions nobody, whatever a reason says", () => {
  const hostile = { code: "x", sentence: "@octo/team closes #1 <img src=x>\n/claude run", advice: "@bob" };
  const texts = [renderRefusal(hostile), why({ policy: null, problem: hostile }), status({}, [aRun()], hostile)];
  for (const text of texts) {
    expect(text.replace(/`[^`]*`/g, "")).not.toMatch(/@[a-z]|<img|#1|^\/claude/m);
  }
});

describe("who may", () => {
  test("S08: steering needs the role of the policy, asking needs none, and no answer counts as no", () => {
    for (const verb of verbNames) {
      const command = { verb, text: "x", priority: "low", usd: 1 } as unknown as Command;
      const isFree = verbs[verb].role === "none";
      expect(permissionRefusal(asked({ command, role: "write" }))).toBeNull();
      expect(permissionRefusal(asked({ command, role: "read" })) === null, verb).toBe(isFree);
      expect(permissionRefusal(asked({ command, role: null })) === null, verb).toBe(isFree);
      expect(permissionRefusal(asked({ command, at: noon - 61 * minute })) === null, verb).toBe(isFree);
    }
  });
});

describe("in which status", () => {
  const merged = aTask({ pullRequest: { ...pull, state: "merged" } });
  const table: [string, TaskFacts | null, RunFacts[], string][] = [
    ["no task", null, [], "run plan status why help"],
    ["queued", aTask(), [aRun()], "approve stop say answer priority budget status why help"],
    ["in progress", aTask(), [aRun(working)], "approve stop say answer priority budget status why help"],
    [
      "in review",
      aTask({ pullRequest: pull }),
      [aRun(over)],
      "run plan approve retry say answer priority budget status why continue fix-ci rebase help",
    ],
    [
      "failed",
      aTask(),
      [aRun({ ...over, conclusion: "failure" })],
      "run plan approve retry say answer budget status why continue fix-ci rebase help",
    ],
    ["merged", merged, [aRun(over)], "run plan status why help"],
  ];
  test.each(table)("%s", (_name, task, runs, expected) => {
    const known = task === null ? null : { task, state: taskStateOf(task, runs, null) };
    const open = verbNames.filter((verb) => statusRefusal({ verb } as Command, known) === null);
    expect(open.join(" ")).toBe(expected);
  });
});

test("a reply whose author is no login mentions nobody", () => {
  const of = { repositoryId: 7, thread: 12, markerKey: "k", word: "claude" };
  const body = renderReply([{ by: "@octo/team", line: "/claude why", answer: "x" }], of);
  expect(body.replace(/`[^`]*`/g, "")).not.toContain("@");
});
