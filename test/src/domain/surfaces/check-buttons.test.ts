import { expect, test } from "vitest";
import { buttonsOf, commandOfButton, inButtons } from "#domain/surfaces/check-buttons.ts";
import type { Way } from "#domain/ways-on.ts";

const all: readonly Way[] = ["answer", "approve", "say", "fix-ci", "continue", "retry", "run"];

test("the ways on that GitHub can show have buttons, each of which asks for its command", () => {
  const buttons = buttonsOf(all);
  expect(buttons.map(({ label }) => label)).toEqual(["Approve plan", "Fix CI", "Continue", "Retry"]);
  for (const { label, description, identifier } of buttons) {
    // https://docs.github.com/en/rest/checks/runs
    expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([true, true, true]);
    expect(commandOfButton(identifier)).toEqual({ verb: identifier });
  }
});

test("Re-run asks for another attempt, and a forged button for nothing", () => {
  expect(commandOfButton(null)).toEqual({ verb: "retry" });
  expect(commandOfButton("rm -rf")).toBeNull();
  expect(commandOfButton("toString")).toBeNull();
});

test("beside the buttons a command is called by its button; what has none stays a command", () => {
  const text = "`/claude say …` tells Claude more, `/claude retry` tries again.";
  expect(inButtons(text, buttonsOf(["say", "retry"]))).toBe(
    "`/claude say …` tells Claude more, **Retry** tries again.",
  );
  expect(inButtons(text, [])).toBe(text);
});
