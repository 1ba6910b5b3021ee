import { expect, test } from "vitest";
import { isOld, isOver } from "#action/standalone/over.ts";
import type { Task } from "#protocol/task.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const daysAgo = (days: number) => new Date(now - days * 24 * 60 * 60_000).toISOString();
const pull = (state: "open" | "closed" | "merged") => ({ number: 2, url: "", state, draft: false, headSha: null });
const aTask = (more: Pick<Task, "status" | "pullRequest">, ended: (string | null)[]) =>
  ({ createdAt: daysAgo(90), ...more, runs: ended.map((completedAt) => ({ completedAt })) }) as unknown as Task;

test.each<[string, "is" | "is not", Task | null]>([
  ["that was never begun", "is not", null],
  ["in review, however old,", "is", aTask({ status: "in_review", pullRequest: pull("open") }, [daysAgo(80)])],
  ["that waits, however long,", "is", aTask({ status: "waiting", pullRequest: null }, [daysAgo(80), null])],
  ["that was merged", "is not", aTask({ status: "completed", pullRequest: pull("merged") }, [daysAgo(0)])],
  [
    "whose pull request was closed",
    "is not",
    aTask({ status: "completed", pullRequest: pull("closed") }, [daysAgo(0)]),
  ],
  ["that failed lately", "is", aTask({ status: "completed", pullRequest: null }, [daysAgo(80), daysAgo(29)])],
  ["that failed long ago", "is not", aTask({ status: "completed", pullRequest: null }, [daysAgo(80), daysAgo(31)])],
  ["that was stopped long ago", "is not", aTask({ status: "completed", pullRequest: pull("open") }, [daysAgo(31)])],
])("what jobs keep of a task %s %s needed any more", (_what, verdict, task) => {
  expect(isOver(task, 30, now)).toBe(verdict === "is not");
});

test("what cannot be read is left alone until nobody has come for it for as long", () => {
  const savedAt = (days: number) => ({ kind: "unreadable" as const, why: "", savedAt: Date.parse(daysAgo(days)) });
  expect([isOld(savedAt(29), 30, now), isOld(savedAt(31), 30, now), isOld({ kind: "none" }, 30, now)]).toEqual([
    false,
    true,
    false,
  ]);
});
