import { expect, test } from "vitest";
import { asStatus, commitStateOf, endingOf, isShown } from "#domain/commit-status.ts";
import type { CheckRunPicture } from "#domain/picture.ts";

const picture: CheckRunPicture = {
  headSha: "a".repeat(40),
  name: "Claude",
  externalId: "TASK-1",
  status: "in_progress",
  conclusion: null,
  title: "Working: running npm test (3 min, $0.20)",
  summary: "✓ worktree ready",
  startedAt: "2026-11-22T10:00:00Z",
  completedAt: null,
  actions: [],
  annotations: [],
};
const ended = (conclusion: CheckRunPicture["conclusion"]) => ({ status: "completed" as const, conclusion });

test.each([
  [{ status: "queued" as const, conclusion: null }, "pending"],
  [{ status: "in_progress" as const, conclusion: null }, "pending"],
  [ended("success"), "success"],
  [ended("neutral"), "success"],
  [ended("failure"), "failure"],
  [ended("timed_out"), "failure"],
  [ended("action_required"), "failure"],
  [ended("cancelled"), "error"],
])("a check run that is %o is a commit status %s, and is found to be shown so", (ending, state) => {
  expect(commitStateOf(ending)).toBe(state);
  const readBack = endingOf(commitStateOf(ending));
  expect(isShown("status", ending, readBack)).toBe(true);
  expect(isShown("status", ending, endingOf(state === "pending" ? "success" : "pending"))).toBe(false);
});

test("what Claude does at the moment writes no status anew", () => {
  const at = (title: string) => asStatus({ ...picture, title }, "Working: Claude is on it.", "https://example.test/1");
  expect(at("Working: reads greet.js")).toEqual(at("Working: running npm test"));
  expect(at("x")).toMatchObject({ title: "Working: Claude is on it.", summary: "", url: "https://example.test/1" });
});

test("the end is told in the words of the check run, and only what was written is compared with check runs", () => {
  const done = asStatus({ ...picture, ...ended("timed_out"), title: "Out of time" }, "standing", null);
  expect(done).toMatchObject({ status: "completed", conclusion: "failure", title: "Out of time" });
  expect("url" in done).toBe(false);
  expect(isShown("check_run", ended("timed_out"), ended("failure"))).toBe(false);
});
