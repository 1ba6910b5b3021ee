import { describe, expect, test } from "vitest";
import { aRun } from "#test/builders.ts";
import { failed, failure, noProgress, over, picture, pushed, working } from "./pictures.ts";

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
