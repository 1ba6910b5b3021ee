import type { Runner } from "#protocol/runner.ts";
import type { Task } from "#protocol/task.ts";
import { aLine, aRun, aTask } from "./facts.ts";
import { serveTasks } from "./serving.ts";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
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
      runs: [
        aRun({
          id: 1,
          startedAt: ago(12),
          attach: "tmux -L cco attach -t =run-1",
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
      runs: [aRun({ id: 3, status: "completed", conclusion: "success", summary: "Done." })],
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
      runs: [aRun({ id: 4, status: "completed", conclusion: "failure", runner: "tower" })],
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

const lines = [
  aLine("think", "Where is it?"),
  aLine("say", "I **look** at `greet.js`:\n\n1. one\n2. two\n\n| a | b |\n| - | - |\n| 1 | 2 |"),
  aLine("tool", "Bash cat greet.js"),
  aLine("result", "export const greet = () => 'hello';"),
  aLine("tool", "Bash npm test"),
  aLine("result", "error: 1 failed"),
  aLine("note", "The verify commands ended with 1."),
];

/** The dashboard with something of everything on it, and no work behind it. */
export async function showcase() {
  const tasks = showcaseTasks();
  const server = await serveTasks({
    tasks,
    lines,
    port: 0,
    more: { listRunners: () => ({ runners: showcaseRunners() }) },
  });
  return {
    ...server,
    /** The task comes to need somebody. */
    fail: (name: string) => {
      const task = tasks.find((one) => one.name === name);
      if (task === undefined) throw new Error(`There is no ${name}.`);
      Object.assign(task, { status: "completed", conclusion: "failure", updatedAt: new Date().toISOString() });
      server.live.publish({ kind: "task", task });
    },
  };
}
