import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";
import { aRun, aTask } from "./facts.ts";

export const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const pull = (number: number, of: Partial<NonNullable<Task["pullRequest"]>> = {}) => ({
  number,
  url: `https://github.test/octo/hello/pull/${number}`,
  state: "open" as const,
  draft: false,
  headSha: null,
  ...of,
});

/** A task of each kind that a page can show. */
export function showcaseTasks(): Task[] {
  const progress = {
    activity: "running: npm test",
    todos: [
      { text: "Reproduce it", state: "done" as const },
      { text: "Mend it", state: "in_progress" as const },
      { text: "Run all tests", state: "pending" as const },
    ],
    turns: 12,
    inputTokens: 48_000,
    outputTokens: 9_000,
    costUsd: 0.84,
    context: { tokens: 61_000, window: 200_000 },
  };
  const times = (minutes: number) => ({ createdAt: ago(minutes), updatedAt: ago(minutes) });
  return [
    aTask({
      id: 1,
      title: "greet() should take a name",
      status: "in_progress",
      costUsd: 0.84,
      labels: ["bug"],
      branch: "claude/1-greet",
      pullRequest: pull(9, { draft: true }),
      verdicts: {
        headSha: "a".repeat(40),
        mergeable: true,
        checks: [
          { id: 1, app: "github-actions", name: "lint", state: "passed", url: "https://ci.test/1" },
          { id: 2, app: "github-actions", name: "test (node 24)", state: "failed", url: "https://ci.test/2" },
          { id: null, app: "status", name: "deploy/preview", state: "pending", url: null },
        ],
        reviews: [{ author: "grace", state: "changes_requested", at: ago(6) }],
      },
      runs: [
        aRun({
          id: 1,
          startedAt: ago(12),
          attach: "tmux -L cco attach -t =run-1",
          place: { host: "laptop", folder: "/home/ada/my work/TASK-1", isHere: true },
          progress,
          steps: [
            { name: "worktree", state: "passed", startedAt: ago(12), endedAt: ago(11) },
            { name: "claude", state: "started", startedAt: ago(11), endedAt: null },
          ],
        }),
      ],
      ...times(12),
    }),
    aTask({ id: 2, title: "Make the header sticky on phones", requestedBy: "grace", ...times(9) }),
    aTask({
      id: 3,
      title: "Greet night owls with good evening",
      repository: "octo/website",
      status: "in_review",
      pullRequest: pull(7),
      costUsd: 0.31,
      runs: [
        aRun({
          id: 3,
          status: "completed",
          conclusion: "success",
          summary: "Done.",
          diff: { files: 3, insertions: 48, deletions: 9 },
        }),
      ],
      ...times(50),
    }),
    aTask({
      id: 4,
      title: "Pay for the greeting service",
      requestedBy: "grace",
      status: "completed",
      conclusion: "failure",
      labels: ["bug", "gpu"],
      reason: { code: "verify_failed", sentence: "`npm test` ended with 1.", advice: "Look at the log, then retry." },
      runs: [
        aRun({ id: 8, status: "completed", conclusion: "lost", runner: "attic" }),
        aRun({
          id: 4,
          attempt: 2,
          status: "completed",
          conclusion: "failure",
          runner: "tower",
          steps: [
            { name: "claude", state: "passed", startedAt: ago(150), endedAt: ago(141) },
            {
              name: "verify",
              state: "failed",
              startedAt: ago(141),
              endedAt: ago(140),
              detail: "npm test ended with 1",
            },
          ],
        }),
      ],
      ...times(140),
    }),
    aTask({
      id: 5,
      title: "Say bonjour to visitors from France",
      status: "completed",
      conclusion: "success",
      costUsd: 0.12,
      pullRequest: pull(2, { state: "merged" }),
      ...times(1_600),
    }),
    aTask({
      id: 7,
      title: "Move the settings to a page of their own",
      status: "waiting",
      requestedBy: "grace",
      reason: {
        code: "plan_waits",
        sentence: "A plan waits for approval.",
        advice: "Approve it, or say what to change.",
      },
      runs: [
        aRun({
          id: 7,
          purpose: "plan",
          status: "completed",
          conclusion: "success",
          summary: "1. Move it.\n2. Test it.",
        }),
      ],
      ...times(30),
    }),
    aTask({ id: 6, title: "Bump the copyright year", priority: "high", ...times(4) }),
  ];
}

export function showcaseRunners(): Runner[] {
  const runner: Runner = {
    id: 1,
    name: "laptop",
    labels: ["linux", "gpu"],
    slots: 4,
    version: "0.1.0",
    sandbox: "bubblewrap",
    repositories: [],
    state: "online",
    busy: 1,
    heartbeatAt: ago(0),
    freeMemoryBytes: 9.4e9,
    freeDiskBytes: 120e9,
  };
  const limit = { code: "usage_limit", sentence: "The login's usage limit is reached.", until: ago(-90) };
  return [
    runner,
    { ...runner, id: 2, name: "tower", busy: 0, sandbox: "none", notClaiming: limit },
    { ...runner, id: 3, name: "attic", busy: 0, state: "offline", heartbeatAt: ago(4_000) },
  ];
}
