import type { Diff } from "#protocol/diff.ts";
import type { Insights } from "#protocol/insights.ts";
import type { WebhookMessage } from "#protocol/integration.ts";
import type { AuditEntry, Operating } from "#protocol/operating.ts";
import type { RunnerLoad } from "#protocol/runner.ts";
import { aLine } from "./facts.ts";
import { ago } from "./showcase-tasks.ts";

export const showcaseDiff: Diff = {
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

export function showcaseLoads(): RunnerLoad[] {
  const samples = Array.from({ length: 60 }, (_, n) => ({
    at: ago(60 - n),
    cpuPercent: 30 + ((n * 17) % 45),
    usedMemoryPercent: 48 + ((n * 3) % 20),
    busy: 1,
  }));
  return [{ runnerId: 1, samples }];
}

export function showcaseInsights(): Insights {
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

export const showcaseOperating: Operating = {
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

export const showcaseLetter: WebhookMessage = {
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

export const showcaseAudit: AuditEntry[] = [
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

export const lines = [
  aLine("think", "Where is it?"),
  aLine("say", "I **look** at `greet.js`:\n\n1. one\n2. two\n\n| a | b |\n| - | - |\n| 1 | 2 |"),
  aLine("tool", "Bash cat greet.js"),
  aLine("result", "export const greet = () => 'hello';"),
  aLine("tool", "Bash npm test"),
  aLine("result", "error: 1 failed"),
  aLine("note", "The verify commands ended with 1."),
];
