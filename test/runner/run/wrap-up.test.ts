import { describe, expect, test } from "vitest";
import { defaultPolicy } from "#protocol/policy.ts";
import type { Outcome } from "#runner/claude/outcome.ts";
import type { RunContext } from "#runner/run/context.ts";
import { renderOpening } from "#runner/run/opening.ts";
import { capReached, instanceLimits, leftUndone, wrapUpAfterMs } from "#runner/run/wrap-up.ts";

const limits = { turns: 100, minutes: 60, usd: 10 };
const minute = 60_000;

describe("what an instance may use", () => {
  test.each([
    ["four fifths at first", limits, { wrapUp: null, spentUsd: 0 }, { turns: 80, usd: 8 }],
    ["less what lost instances have spent", limits, { wrapUp: null, spentUsd: 3 }, { turns: 80, usd: 5 }],
    ["the rest to wrap up", limits, { wrapUp: "usd", spentUsd: 8.2 }, { turns: 20, usd: 1.8 }],
    ["something in any case", limits, { wrapUp: "usd", spentUsd: 12 }, { turns: 20, usd: 0.01 }],
    ["all of few turns", { ...limits, turns: 3 }, { wrapUp: null, spentUsd: 0 }, { turns: 3, usd: 8 }],
  ] as const)("%s", (_what, most, now, expected) => {
    expect(instanceLimits(most, now)).toEqual(expected);
  });

  test.each([
    ["at four fifths of the time", 60, { wrapUp: null, ranMs: 0 }, 48 * minute],
    ["sooner when time has passed before", 60, { wrapUp: null, ranMs: 40 * minute }, 8 * minute],
    ["at once when it is past that", 60, { wrapUp: null, ranMs: 50 * minute }, 0],
    ["never twice", 60, { wrapUp: "turns", ranMs: 0 }, null],
    ["never where the rest would be too short for it", 2, { wrapUp: null, ranMs: 0 }, null],
  ] as const)("it is told %s", (_when, minutes, now, expected) => {
    expect(wrapUpAfterMs({ ...limits, minutes }, now)).toBe(expected);
  });
});

function context(wrapUp: "usd" | null): RunContext {
  const memory = { now: { wrapUp } };
  return {
    memory,
    stopping: new AbortController().signal,
    offer: { policy: { ...defaultPolicy, limits } },
  } as unknown as RunContext;
}
const failed = (reason: string) => ({ kind: "failed", reason }) as unknown as Outcome;

test.each([
  ["max_budget", undefined, null, "usd"],
  ["max_turns", undefined, null, "turns"],
  ["interrupted", "wrap_up", null, "minutes"],
  ["interrupted", "cancelled", null, null],
  ["agent_failed", undefined, null, null],
  ["max_budget", undefined, "usd", null],
] as const)("an instance that ended as %s, stopped as %s, wrapped up %s: %s", (reason, stopped, wrapUp, expected) => {
  const exit = stopped === undefined ? null : ({ code: null, signal: "SIGINT", stopped } as never);
  expect(capReached(context(wrapUp), failed(reason), exit)).toBe(expected);
});

test("what is left undone is read from the last words, only after it was asked for", () => {
  expect(leftUndone(context(null), "Left undone: x")).toBeNull();
  expect(leftUndone(context("usd"), "All done.")).toBeNull();
  for (const text of ["Did a.\n\nLeft undone: the tests.", "**Left undone:** the tests."]) {
    expect(leftUndone(context("usd"), text)?.sentence).toBe(
      "The run came near its $10.00, and Claude wrapped up. Left undone: the tests.",
    );
  }
});

test("a new session that is to wrap up is told the request as well", () => {
  const of = { opening: { kind: "wrap_up", limit: "$10.00" }, instructions: "", before: null } as const;
  const offer = { prompt: "THE REQUEST", headSha: null, purpose: "implement" } as const;
  expect(renderOpening({ ...of, offer, knows: true })).toMatch(/^This run may use \$10\.00/);
  expect(renderOpening({ ...of, offer, knows: false })).toMatch(/^THE REQUEST[\s\S]*wrap up now/);
  // Who plans has nothing to build and no pull request.
  const planning = renderOpening({ ...of, offer: { ...offer, purpose: "plan" }, knows: true });
  expect(planning).toContain("end with the plan itself");
  expect(planning).not.toContain("pull request");
});
