import type { Command } from "../commands/command.ts";
import type { CheckButton, CheckConclusion } from "../picture.ts";

const retry = {
  label: "Retry",
  description: "Another attempt on the same branch",
  identifier: "retry",
} as const satisfies CheckButton;

/** GitHub shows buttons on completed check runs only, at most three. */
const byConclusion = {
  success: [],
  neutral: [],
  failure: [retry],
  timed_out: [retry],
  cancelled: [retry],
  action_required: [retry],
} as const satisfies Record<CheckConclusion, readonly CheckButton[]>;

/** The buttons of the check run; none while it goes on, or when the pull request is over. */
export function buttonsOf(conclusion: CheckConclusion | null, isOver: boolean): CheckButton[] {
  return conclusion === null || isOver ? [] : [...byConclusion[conclusion]];
}

/** What a button asks for; null for one that is none of ours. "Re-run" (null) is the same as Retry. */
export function commandOfButton(identifier: string | null): Command | null {
  return identifier === null || identifier === retry.identifier ? { verb: "retry" } : null;
}
