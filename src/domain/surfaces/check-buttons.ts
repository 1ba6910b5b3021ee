import type { Command } from "../commands/command.ts";
import type { CheckButton } from "../picture.ts";
import type { Way } from "../ways-on.ts";

/** The buttons of the ways on that have one. GitHub bounds label, description and identifier to 20, 40 and 20 characters. */
const buttons = {
  retry: { label: "Retry", description: "Another attempt on the same branch", identifier: "retry" },
  continue: { label: "Continue", description: "Goes on in the same session", identifier: "continue" },
  "fix-ci": { label: "Fix CI", description: "Repairs the checks that fail", identifier: "fix-ci" },
  approve: { label: "Approve plan", description: "Claude carries the plan out", identifier: "approve" },
} as const satisfies Partial<Record<Way, CheckButton>>;

/** What the same command approves where no plan waits for it. */
const approvePullRequest: CheckButton = {
  label: "Approve",
  description: "Makes the pull request ready",
  identifier: "approve",
};

/** What can be asked for by a button. */
export type Button = keyof typeof buttons;

function hasButton(way: Way): way is Button {
  return Object.hasOwn(buttons, way);
}

/**
 * The buttons for these ways on. GitHub shows them on completed check runs only, at most three.
 * @param hasPlan whether it is a plan that waits for approval, and not the pull request
 */
export function buttonsOf(ways: readonly Way[], hasPlan = true): CheckButton[] {
  return ways.filter(hasButton).map((way) => (way === "approve" && !hasPlan ? approvePullRequest : buttons[way]));
}

/** A text of ours in which those commands are called by their buttons, where there is one. */
export function inButtons(text: string, offered: readonly CheckButton[]): string {
  return text.replace(/`\/claude ([a-z-]+)`/g, (command, verb: string) => {
    const button = offered.find(({ identifier }) => identifier === verb);
    return button === undefined ? command : `**${button.label}**`;
  });
}

/** What a button asks for; null for one that is none of ours. "Re-run" (null) is the same as Retry. */
export function commandOfButton(identifier: string | null): Command | null {
  if (identifier === null) return { verb: "retry" };
  const verb = buttonOf(identifier);
  return verb === null ? null : { verb };
}

/** What was pressed in a word, whatever the button's label says of where it stands. */
const pressWords = {
  retry: "Retry",
  continue: "Continue",
  "fix-ci": "Fix CI",
  approve: "Approve",
} as const satisfies Record<Button, string>;

/** How a press is written down; null is GitHub's own button. */
export function wordOfPress(identifier: string | null): string {
  const verb = buttonOf(identifier);
  return verb === null ? "Re-run" : pressWords[verb];
}

/** What was asked for by a press that was written down so. */
export function askedByPress(word: string): Button {
  return (Object.keys(pressWords) as Button[]).find((one) => pressWords[one] === word) ?? "retry";
}

function buttonOf(identifier: string | null): Button | null {
  return (Object.keys(buttons) as Button[]).find((one) => buttons[one].identifier === identifier) ?? null;
}
