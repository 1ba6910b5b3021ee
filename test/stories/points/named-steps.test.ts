import { expect, test } from "vitest";
import { namedSteps } from "./named-steps.ts";
import { everyStep, stepsOfJobs } from "./steps.ts";

test("the table of points names every transaction of the control plane and every call that changes something at GitHub", () => {
  const named = new Set([...everyStep, ...Object.keys(stepsOfJobs)].map(withoutKind));
  const there = namedSteps();
  // A search that finds nothing would agree to everything.
  expect(there.length).toBeGreaterThan(50);
  expect(
    there.filter((step) => !named.has(step)),
    "name new steps in test/stories/points/steps.ts: have a story die at them, or say why none can",
  ).toEqual([]);
  expect([...named].filter((step) => !step.startsWith("answer ") && !there.includes(step))).toEqual([]);
});

/** A report's kind is no part of where its transaction stands. */
function withoutKind(step: string): string {
  return step.replace(/(applyReports) \w+$/, "$1");
}
