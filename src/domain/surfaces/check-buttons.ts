import type { Command } from "../commands/command.ts";
import type { CheckButton, CheckConclusion } from "../picture.ts";

const retry = {
  label: "Retry",
  description: "Another attempt on the same branch",
  identifier: "retry",
} as const satisfies CheckButton;

const goOn = {
  label: "Continue",
  description: "Goes on in the same session",
  identifier: "continue",
} as const satisfies CheckButton;

const fixCi = {
  label: "Fix CI",
  description: "Repairs the checks that fail",
  identifier: "fix-ci",
} as const satisfies CheckButton;

const approvePlan = {
  label: "Approve plan",
  description: "Claude carries the plan out",
  identifier: "approve",
} as const satisfies CheckButton;

/** GitHub shows buttons on completed check runs only, at most three. */
const byConclusion = {
  success: [],
  neutral: [],
  failure: [retry, goOn],
  timed_out: [goOn, retry],
  cancelled: [goOn, retry],
  action_required: [goOn, retry],
} as const satisfies Record<CheckConclusion, readonly CheckButton[]>;

/** The buttons of the check run; none while it goes on, or when the pull request is over. Fix CI is there while a check of others fails. */
export function buttonsOf(
  conclusion: CheckConclusion | null,
  of: { isOver: boolean; doChecksFail: boolean; hasPlan?: boolean },
): CheckButton[] {
  if (conclusion === null || of.isOver) return [];
  if (of.hasPlan) return [approvePlan];
  const buttons: readonly CheckButton[] = byConclusion[conclusion];
  const [first, ...others] = buttons;
  return of.doChecksFail && first !== undefined ? [first, fixCi, ...others] : [...buttons];
}

/** What a button asks for; null for one that is none of ours. "Re-run" (null) is the same as Retry. */
export function commandOfButton(identifier: string | null): Command | null {
  if (identifier === goOn.identifier) return { verb: "continue" };
  if (identifier === fixCi.identifier) return { verb: "fix-ci" };
  if (identifier === approvePlan.identifier) return { verb: "approve" };
  return identifier === null || identifier === retry.identifier ? { verb: "retry" } : null;
}
