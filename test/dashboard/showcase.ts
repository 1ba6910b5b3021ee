import type { Diff } from "#protocol/diff.ts";
import type { Insights } from "#protocol/insights.ts";
import type { WebhookMessage } from "#protocol/integration.ts";
import type { AuditEntry, Operating } from "#protocol/operating.ts";
import type { Runner, RunnerLoad } from "#protocol/runner.ts";
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

const showcaseDiff: Diff = {
  headSha: "a".repeat(40),
  isCut: false,
  files: [
    {
      path: "src/greet.ts",
      before: null,
      state: "modified",
      insertions: 2,
      deletions: 1,
      patch:
        "@@ -1,3 +1,4 @@\n import { name } from './name.ts';\n-export const greet = () => 'hello';\n+/** Greets by name. */\n+export const greet = (name: string) => 'hello ' + name;\n // end",
    },
    { path: "test/fixtures/logo.png", before: null, state: "added", insertions: 0, deletions: 0, patch: null },
  ],
};

function showcaseLoads(): RunnerLoad[] {
  const samples = Array.from({ length: 60 }, (_, n) => ({
    at: ago(60 - n),
    cpuPercent: 30 + ((n * 17) % 45),
    usedMemoryPercent: 48 + ((n * 3) % 20),
    busy: 1,
  }));
  return [{ runnerId: 1, samples }];
}

function showcaseInsights(): Insights {
  const days = Array.from({ length: 30 }, (_, n) => ({
    day: new Date(Date.now() - (29 - n) * 86_400_000).toISOString().slice(0, 10),
    asked: (n * 7) % 5,
    merged: (n * 5) % 4,
    failed: n % 9 === 0 ? 1 : 0,
    costUsd: ((n * 37) % 11) / 2,
    waitingSeconds: n % 6 === 0 ? null : 20 + ((n * 13) % 90),
  }));
  return {
    from: ago(30 * 1_440),
    to: ago(0),
    days,
    totals: {
      asked: 58,
      merged: 44,
      failed: 4,
      runs: 81,
      costUsd: 74.5,
      costPerMergedUsd: 1.69,
      waitingSeconds: 48,
      workingSeconds: 412,
    },
    repositories: [
      { name: "octo/hello", runs: 50, succeeded: 44, merged: 30, costUsd: 48.2 },
      { name: "octo/website", runs: 31, succeeded: 22, merged: 14, costUsd: 26.3 },
    ],
    purposes: [
      { name: "implement", runs: 60, succeeded: 52, costUsd: 60 },
      { name: "fix_checks", runs: 21, succeeded: 14, costUsd: 14.5 },
    ],
    fixRounds: [
      { rounds: 0, tasks: 38 },
      { rounds: 1, tasks: 9 },
      { rounds: 2, tasks: 3 },
    ],
    calls: {
      since: ago(300),
      reads: 412,
      writes: 96,
      unchanged: 230,
      refused: 0,
      limit: { left: 4_890, of: 5_000, resetsAt: ago(-31) },
    },
  };
}

const showcaseOperating: Operating = {
  settings: [
    { name: "server.port", value: 8080, origin: "PORT in the environment" },
    { name: "WEBHOOK_SECRET", value: "set", origin: "WEBHOOK_SECRET in the environment" },
    { name: "server.host", value: "127.0.0.1", origin: "the default" },
    { name: "repositories.public", value: [], origin: "the default" },
  ],
  policies: [
    { repository: "octo/hello", text: "label: claude\nverify:\n  - npm test\n", readAt: ago(3), problem: null },
    {
      repository: "octo/website",
      text: null,
      readAt: ago(3),
      problem: "Line 2, column 1: `verfy` is not a key of the policy. Did you mean `verify`?",
    },
  ],
  integrations: [
    {
      kind: "webhook",
      name: "ops",
      place: "https://ops.test",
      state: "good",
      sentence: "It took the last message (200).",
      pending: 0,
      dead: 0,
    },
    {
      kind: "webhook",
      name: "archive",
      place: "https://archive.test",
      state: "failing",
      sentence: "It did not take 1 message for a day.",
      pending: 2,
      dead: 1,
    },
  ],
  people: [
    { login: "ada", asked: 31, commands: 4, lastAt: ago(4) },
    { login: "grace", asked: 27, commands: 0, lastAt: ago(9) },
  ],
};

const showcaseLetter: WebhookMessage = {
  id: 9,
  messageId: "msg_9",
  receiver: "archive",
  subject: "TASK-5",
  type: "task.completed",
  status: "dead",
  createdAt: ago(2_000),
  nextAt: ago(500),
  tries: 14,
  lastAnswer: "503",
};

const showcaseAudit: AuditEntry[] = [
  {
    id: "3",
    at: ago(2),
    by: "operator (ada)",
    place: "program",
    address: "127.0.0.1",
    action: "retryTask",
    subject: "TASK-4",
    refusal: "TASK-4 has not ended yet.",
  },
  {
    id: "2",
    at: ago(6),
    by: "grace",
    place: "github",
    address: null,
    action: "/claude priority high",
    subject: "octo/hello#5",
    refusal: null,
  },
  {
    id: "1",
    at: ago(9),
    by: "operator",
    place: "dashboard",
    address: "127.0.0.1",
    action: "signIn",
    subject: null,
    refusal: null,
  },
];

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
  const asked: string[] = [];
  const named = (name: string): Task => {
    const task = tasks.find((one) => one.name === name);
    if (task === undefined) throw new Error(`There is no ${name}.`);
    return task;
  };
  const aRunner = (): Runner => {
    const [runner] = showcaseRunners();
    if (runner === undefined) throw new Error("There is no runner.");
    return runner;
  };
  const server = await serveTasks({
    tasks,
    lines,
    port: 0,
    more: {
      listRunners: () => ({ runners: showcaseRunners() }),
      retryTask: ({ params }) => {
        asked.push(`retry ${params.task}`);
        return { task: Object.assign(named(params.task), { status: "queued", conclusion: null, reason: null }) };
      },
      prioritiseTask: ({ params, body }) => {
        asked.push(`prioritise ${params.task} ${body.priority}`);
        return { task: Object.assign(named(params.task), { priority: body.priority }) };
      },
      createTask: ({ body }) => {
        asked.push(`create ${JSON.stringify(body)}`);
        return { task: named("TASK-2") };
      },
      whyTask: () => ({
        gates: [
          { isOpen: true, sentence: "ada asked for it.", advice: null },
          { isOpen: false, sentence: "No runner has the label `gpu`.", advice: "Start one that has it." },
        ],
      }),
      approveTask: ({ params }) => {
        asked.push(`approve ${params.task}`);
        return {
          task: Object.assign(named(params.task), {
            reason: null,
            status: "queued",
            runs: [aRun({ status: "queued" })],
          }),
        };
      },
      cancelTask: ({ params }) => {
        asked.push(`stop ${params.task}`);
        return { task: Object.assign(named(params.task), { status: "completed", conclusion: "cancelled" }) };
      },
      takeOverTask: ({ params }) => {
        asked.push(`take over ${params.task}`);
        return { task: named(params.task) };
      },
      followTask: ({ params, body }) => {
        asked.push(`${body.verb} ${params.task}`);
        return { task: named(params.task) };
      },
      editTask: ({ params, body }) => {
        asked.push(`edit ${params.task} ${JSON.stringify(body)}`);
        return { task: named(params.task) };
      },
      sayToTask: ({ params, body }) => {
        asked.push(`say ${params.task} ${body.text}`);
        return { task: named(params.task) };
      },
      showDiff: () => showcaseDiff,
      remarkOnDiff: ({ params, body }) => {
        asked.push(`remark ${params.task} ${body.remarks.map(({ path, line }) => `${path}:${line}`).join(" ")}`);
        return { task: named(params.task) };
      },
      pauseRunner: ({ body }) => {
        const reason = { code: "paused", sentence: `ada paused it: ${body.note}` };
        const paused = { by: "ada", note: body.note, at: ago(0), drain: body.drain };
        return { runner: { ...aRunner(), paused, notClaiming: reason } };
      },
      resumeRunner: () => ({ runner: aRunner() }),
      listRunnerLoads: () => ({ loads: showcaseLoads() }),
      showInsights: () => showcaseInsights(),
      showOperating: () => showcaseOperating,
      listMessages: () => ({ messages: asked.includes("send again 9") ? [] : [showcaseLetter] }),
      sendAgain: ({ body }) => {
        asked.push(`send again ${"id" in body ? body.id : body.receiver}`);
        return { sent: 1 };
      },
      listAudit: () => ({ entries: showcaseAudit }),
    },
  });
  return {
    ...server,
    /** What was asked for, in its order. */
    asked,
    /** The task comes to need somebody. */
    fail: (name: string) => {
      const task = Object.assign(named(name), {
        status: "completed",
        conclusion: "failure",
        updatedAt: new Date().toISOString(),
      });
      server.live.publish({ kind: "task", task });
    },
  };
}
