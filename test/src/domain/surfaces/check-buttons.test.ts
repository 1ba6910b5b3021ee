import { expect, test } from "vitest";
import type { CheckConclusion } from "#domain/picture.ts";
import { buttonsOf, commandOfButton } from "#domain/surfaces/check-buttons.ts";

test.each<[CheckConclusion | null, boolean, boolean, string[]]>([
  [null, false, true, []],
  ["success", false, false, []],
  ["failure", false, false, ["retry", "continue"]],
  ["timed_out", false, false, ["continue", "retry"]],
  ["cancelled", false, false, ["continue", "retry"]],
  ["action_required", false, false, ["continue", "retry"]],
  ["action_required", false, true, ["continue", "fix-ci", "retry"]],
  ["failure", true, true, []],
])(
  "a check run with the conclusion %s, its pull request over: %s, checks of others failing: %s, has the buttons %j",
  (conclusion, isOver, doChecksFail, expected) => {
    const buttons = buttonsOf(conclusion, { isOver, doChecksFail });
    expect(buttons.map((button) => button.identifier)).toEqual(expected);
    // https://docs.github.com/en/rest/checks/runs: at most three, and so long.
    expect(buttons.length).toBeLessThanOrEqual(3);
    for (const { label, description, identifier } of buttons) {
      expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([true, true, true]);
    }
  },
);

test("each button asks for a command, Re-run for another attempt, and a forged one for nothing", () => {
  for (const { identifier } of buttonsOf("action_required", { isOver: false, doChecksFail: true }))
    expect(commandOfButton(identifier)).not.toBeNull();
  expect(commandOfButton(null)).toEqual({ verb: "retry" });
  expect(commandOfButton("rm -rf")).toBeNull();
});
