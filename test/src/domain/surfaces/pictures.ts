import type { Picture } from "#domain/picture.ts";
import type { RunFacts } from "#domain/run.ts";
import { pictureOf } from "#domain/surfaces/picture.ts";
import { type TaskFacts, taskStateOf } from "#domain/task.ts";
import { defaultPolicy } from "#protocol/policy.ts";
import type { Reason } from "#protocol/words.ts";
import { aSha, aStep, aTask, minute, noon } from "#test/builders.ts";

export const markerKey = "a key that only the operator has";
export const policy = { ...defaultPolicy, setup: ["npm ci"], verify: ["npm test", "npm run lint"] };
export const head = aSha("4f2c9d1");
export const pull = {
  number: 34,
  url: "https://github.test/octo/hello/pull/34",
  state: "open",
  draft: true,
  headSha: head,
  closedBy: null,
} as const;

export const working: Partial<RunFacts> = {
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
export const noProgress = { activity: "", todos: [], turns: 1, inputTokens: 0, outputTokens: 0, costUsd: 0 };
export const pushed: Partial<RunFacts> = {
  headSha: head,
  commits: [
    { sha: aSha("1a2b3c4"), subject: "Greet people by name", files: 2 },
    { sha: head, subject: "Test the greeting", files: 1 },
  ],
  diff: { files: 3, insertions: 41, deletions: 6 },
};
export const over: Partial<RunFacts> = {
  ...working,
  ...pushed,
  status: "completed",
  conclusion: "success",
  completedAt: noon + 13 * minute,
  steps: (["worktree", "setup", "claude", "verify", "push"] as const).map((name) => aStep(name, "passed")),
  verified: { passed: true, round: 1, excerpt: null },
  summary: "`hello` now takes a name and greets it.\n\n- `src/hello.ts`: the greeting\n- tests for names with spaces",
};
export const failure: Reason = {
  code: "max_turns",
  sentence: "Claude used all 100 turns without finishing.",
  advice: "`limits.turns` in the policy file allows more at once.",
};
export const failed: Partial<RunFacts> = {
  ...over,
  conclusion: "failure",
  reason: failure,
  summary: null,
  steps: [aStep("worktree", "passed"), aStep("setup", "passed"), aStep("claude", "failed"), aStep("push", "passed")],
  verified: null,
};

/** What GitHub shows of task 12 with these facts and runs. */
export function picture(
  task: Partial<TaskFacts>,
  runs: RunFacts[],
  queueReason: Reason | null = null,
  now = noon,
): Picture {
  const facts = aTask({ policy, ...task });
  const state = taskStateOf(facts, runs, queueReason);
  const operator = { dashboardUrl: "https://cc.octo.test/", markerKey };
  return pictureOf({ task: facts, runs, state, now, operator });
}
