import { expect, test } from "vitest";
import { insightsOf } from "#domain/insights.ts";
import { aRun, aTask, minute, noon } from "#test/builders.ts";

const day = 24 * 60 * minute;
const progress = { activity: "x", todos: [], turns: 1, inputTokens: 1, outputTokens: 1 };
const merged = { number: 7, url: "https://github.test/7", state: "merged", draft: false, headSha: null } as const;

const tasks = [
  aTask({ id: 1, pullRequest: { ...merged, closedBy: null }, createdAt: noon - 2 * day, updatedAt: noon - day }),
  aTask({ id: 2, repository: { id: 2, name: "octo/other", installationId: 41 }, createdAt: noon, updatedAt: noon }),
  aTask({ id: 3, createdAt: noon - 40 * day, updatedAt: noon - 40 * day }),
];
const ended = (of: Parameters<typeof aRun>[0]) => aRun({ status: "completed", conclusion: "success", ...of });
const runs = [
  ended({
    id: 1,
    taskId: 1,
    createdAt: noon - 2 * day,
    startedAt: noon - 2 * day + 30_000,
    completedAt: noon - 2 * day + 90_000,
    progress: { ...progress, costUsd: 2 },
  }),
  ended({
    id: 2,
    taskId: 1,
    purpose: "fix_checks",
    createdAt: noon - day,
    notBefore: noon - day + 60_000,
    startedAt: noon - day + 70_000,
    completedAt: noon - day + 80_000,
    progress: { ...progress, costUsd: 1 },
  }),
  ended({ id: 3, taskId: 2, conclusion: "failure", createdAt: noon, startedAt: noon, completedAt: noon }),
  aRun({ id: 4, taskId: 3, createdAt: noon - 40 * day }),
];

test("what was asked, merged and failed counts on its day, and what it cost on the day of its end", () => {
  const { days, totals } = insightsOf({ tasks, runs }, 3, noon);
  expect(days).toEqual([
    { day: "2026-11-19", asked: 1, merged: 0, failed: 0, costUsd: 2, waitingSeconds: 30 },
    { day: "2026-11-20", asked: 0, merged: 1, failed: 0, costUsd: 1, waitingSeconds: 10 },
    { day: "2026-11-21", asked: 1, merged: 0, failed: 1, costUsd: 0, waitingSeconds: 0 },
  ]);
  expect(totals).toMatchObject({ asked: 2, merged: 1, failed: 1, runs: 3, costUsd: 3, costPerMergedUsd: 3 });
});

test("success is told by repository and by purpose, and how many rounds it took to mend CI", () => {
  const { repositories, purposes, fixRounds } = insightsOf({ tasks, runs }, 3, noon);
  expect(repositories).toEqual([
    { name: "octo/hello", runs: 2, succeeded: 2, costUsd: 3, merged: 1 },
    { name: "octo/other", runs: 1, succeeded: 0, costUsd: 0, merged: 0 },
  ]);
  expect(purposes).toEqual([
    { name: "implement", runs: 2, succeeded: 1, costUsd: 2 },
    { name: "fix_checks", runs: 1, succeeded: 1, costUsd: 1 },
  ]);
  expect(fixRounds).toEqual([
    { rounds: 0, tasks: 1 },
    { rounds: 1, tasks: 1 },
  ]);
});

test("nothing at all is no division by nothing", () => {
  const { days, totals } = insightsOf({ tasks: [], runs: [] }, 7, noon);
  expect(days).toHaveLength(7);
  expect(totals).toMatchObject({ costPerMergedUsd: null, waitingSeconds: null, workingSeconds: null });
});
