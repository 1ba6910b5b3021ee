import type { StepName, StepState } from "#protocol/report.ts";
import type { Step } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import type { Purpose, RunConclusion, RunStatus, TaskConclusion, TaskStatus } from "#protocol/words.ts";

/** What a colour says: the same everywhere. */
export type Tone = "neutral" | "working" | "attention" | "review" | "good" | "bad";
export type Look = { word: string; tone: Tone };

const statuses = {
  queued: { word: "Queued", tone: "neutral" },
  blocked: { word: "Blocked", tone: "attention" },
  in_progress: { word: "Working", tone: "working" },
  waiting: { word: "Waiting", tone: "attention" },
  in_review: { word: "In review", tone: "review" },
  completed: { word: "Done", tone: "good" },
} as const satisfies Record<TaskStatus | RunStatus, Look>;

const conclusions = {
  success: { word: "Done", tone: "good" },
  failure: { word: "Failed", tone: "bad" },
  cancelled: { word: "Stopped", tone: "neutral" },
  timed_out: { word: "Timed out", tone: "bad" },
  lost: { word: "Lost", tone: "bad" },
} as const satisfies Record<TaskConclusion | RunConclusion, Look>;

/** How a task or a run reads: its conclusion once it has one. */
export function lookOf(of: {
  status: TaskStatus | RunStatus;
  conclusion: TaskConclusion | RunConclusion | null;
}): Look {
  return of.status === "completed" && of.conclusion !== null ? conclusions[of.conclusion] : statuses[of.status];
}

export const stepTones = {
  started: "working",
  passed: "good",
  failed: "bad",
} as const satisfies Record<StepState, Tone>;

export const stepWords = {
  worktree: "Worktree",
  setup: "Setup",
  claude: "Claude Code",
  verify: "Verify",
  push: "Push",
} as const satisfies Record<StepName, string>;

const stepOrder = Object.keys(stepWords);

/** As they follow each other, whichever was first to say something: the branch is pushed for the first time early. */
export function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((one, other) => stepOrder.indexOf(one.name) - stepOrder.indexOf(other.name));
}

export const purposeWords = {
  implement: "Implement",
  plan: "Plan",
  fix_checks: "Fix failing checks",
  address_review: "Address review",
  resolve_conflicts: "Resolve conflicts",
  continue: "Continue",
} as const satisfies Record<Purpose, string>;

/** Why it waits or failed, else what it is doing now, in one sentence; null when there is nothing to say. */
export function whyOf(task: Task): string | null {
  if (task.reason !== null) return task.reason.sentence;
  return task.status === "in_progress" ? activityOf(task) : null;
}

/** What the run under way is doing. */
export function activityOf(task: Task): string | null {
  const run = task.runs.at(-1);
  if (run === undefined || run.status !== "in_progress") return null;
  const step = run.steps.findLast(({ state }) => state === "started");
  if (step !== undefined && step.name !== "claude")
    return `${stepWords[step.name]}${step.detail ? `: ${step.detail}` : " …"}`;
  return run.progress?.activity ?? "starting";
}
