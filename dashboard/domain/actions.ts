import type { TaskDeed } from "#protocol/access.ts";
import type { Run } from "#protocol/run.ts";
import type { Task } from "#protocol/task.ts";
import { sourceOf } from "#protocol/task-source.ts";
import { columnOf } from "./columns.ts";
import { editorPlace } from "./editor.ts";
import {
  asks,
  awaitsApproval,
  canBeGivenUp,
  hasPlan,
  isOver,
  isUnderWay,
  openPullRefusal,
  overRefusal,
  runAtWork,
} from "./how-it-stands.ts";
import { mayDo } from "./may.ts";
import { ciOf } from "./verdicts.ts";
import { addressRefusal } from "./web-address.ts";
import { wordsWanted } from "./words.ts";

export type ActionName =
  | "retry"
  | "stop"
  | "approve"
  | "say"
  | "take_over"
  | "hand_back"
  | "go_on"
  | "fix_checks"
  | "resolve_conflicts"
  | "edit"
  | "open_pull_request"
  | "open_issue"
  | "open_editor"
  | "open_logs"
  | "remove";

type Action = {
  /** What it takes a role for; null for looking. */
  deed: TaskDeed | null;
  label: string;
  icon:
    | "retry"
    | "stop"
    | "pullRequest"
    | "issue"
    | "check"
    | "think"
    | "terminal"
    | "settings"
    | "logs"
    | "cross"
    | "code"
    | "branch"
    | "play";
  /** The key that does it to the selected task; null where there is none. */
  key: string | null;
  /** Null when it may be done, else why not: the greyed button says it. */
  refusal(task: Task): string | null;
};

/** What can be done to a task. The server holds to the same rules; this is so that nobody asks in vain. */
export const actions = {
  retry: {
    deed: "retry",
    label: "Retry",
    icon: "retry",
    key: "r",
    refusal: (task) => {
      if (isUnderWay(task)) return "It has not ended yet.";
      return task.conclusion === "success" ? "It is done: its work was merged." : null;
    },
  },
  stop: {
    deed: "stop",
    label: "Stop",
    icon: "stop",
    key: "s",
    refusal: (task) => {
      if (!isUnderWay(task) && !hasPlan(task) && !canBeGivenUp(task))
        return task.status === "completed" ? "It has ended." : "Nothing works on it: it waits for review.";
      return task.reason?.code === "stopping" ? "It is stopping already." : null;
    },
  },
  approve: {
    deed: "approve",
    label: "Approve",
    icon: "check",
    key: "a",
    refusal: (task) => (awaitsApproval(task) ? null : "Nothing of it waits for approval."),
  },
  say: {
    deed: "say",
    label: "Tell Claude",
    icon: "think",
    key: "m",
    refusal: (task) =>
      wordsWanted(task) === null ? "Nobody works on it, so nobody would hear. Retry or continue first." : null,
  },
  take_over: {
    deed: "take_over",
    label: "Take over",
    icon: "terminal",
    key: "t",
    refusal: (task) => {
      const run = runAtWork(task);
      if (run === undefined) return "Claude is not at work on it.";
      if (task.reason?.code === "stopping") return "It is being stopped.";
      return run.takeover === undefined ? null : `${run.takeover.by} has its session.`;
    },
  },
  hand_back: {
    deed: "take_over",
    label: "Hand back",
    icon: "play",
    key: "b",
    refusal: (task) => {
      const state = runAtWork(task)?.takeover?.state;
      if (state === undefined) return "Nobody has taken it over.";
      return state === "held" ? null : "One moment: it is changing hands.";
    },
  },
  go_on: {
    deed: "continue",
    label: "Continue in its session",
    icon: "play",
    key: null,
    refusal: (task) => overRefusal(task),
  },
  fix_checks: {
    deed: "fix-ci",
    label: "Repair failing checks",
    icon: "check",
    key: null,
    refusal: (task) => {
      const ci = ciOf(task);
      const pull = openPullRefusal(task);
      return pull ?? (ci !== null && ci.failed === 0 ? "No check of others fails." : null);
    },
  },
  resolve_conflicts: {
    deed: "rebase",
    label: "Bring up to date with its base",
    icon: "branch",
    key: null,
    refusal: (task) => openPullRefusal(task),
  },
  edit: {
    deed: "edit",
    label: "Edit",
    icon: "settings",
    key: null,
    refusal: (task) => (isOver(task) ? "It is over." : null),
  },
  open_pull_request: {
    deed: null,
    label: "Open pull request",
    icon: "pullRequest",
    key: "o",
    refusal: ({ pullRequest }) =>
      pullRequest === null ? "There is no pull request yet." : addressRefusal(pullRequest.url),
  },
  open_issue: {
    deed: null,
    label: "Open issue",
    icon: "issue",
    key: "i",
    refusal: (task) => {
      const url = sourceOf(task)?.url ?? null;
      return url === null ? "It did not come from an issue." : addressRefusal(url);
    },
  },
  open_editor: {
    deed: "take_over",
    label: "Open in editor",
    icon: "code",
    key: "e",
    refusal: (task) => (editorPlace(task) === null ? "There is no worktree now: it goes with the end of a run." : null),
  },
  open_logs: { deed: null, label: "Show its log lines", icon: "logs", key: null, refusal: () => null },
  remove: {
    deed: "remove",
    label: "Remove",
    icon: "cross",
    key: null,
    refusal: (task) => {
      if (isUnderWay(task)) return "Stop it first.";
      return sourceOf(task) !== null && task.status !== "completed" ? "Merge or close its pull request first." : null;
    },
  },
} as const satisfies Record<ActionName, Action>;

export const actionNames = Object.keys(actions) as readonly ActionName[];

/** Whether a run ended so that somebody may wish for another: its place in the timeline offers that. */
export function endedBadly({ status, conclusion }: Run): boolean {
  return status === "completed" && conclusion !== "success";
}

/** Why a run of the task is not tried again where it stands in the timeline; null where it may be. */
export function runRetryRefusal(task: Task, run: Run): string | null {
  return run.id === task.runs.at(-1)?.id ? actions.retry.refusal(task) : "A later run took its place.";
}

/** Whether whoever looks has the role for it: what they may not is not offered. */
export function isAllowed(name: ActionName, task: Pick<Task, "may">): boolean {
  const { deed } = actions[name];
  return deed === null || mayDo(deed, task);
}

/** How the action is called for this task. */
export function labelOf(name: ActionName, task: Task): string {
  if (name === "retry" && task.runs.length === 0) return "Start";
  if (name === "stop" && canBeGivenUp(task)) return "Give up";
  if (name === "approve") return hasPlan(task) ? "Approve plan" : "Approve";
  if (name === "say" && asks(task)) return "Answer Claude";
  return actions[name].label;
}

/** The one thing to do about a task, as a card offers it; null when there is nothing to do but look. */
export function primaryAction(task: Task, now: number): ActionName | null {
  if (asks(task) && mayDo("answer", task)) return "say";
  const wanted: readonly ActionName[] = {
    needs_you: ["approve", "retry", "open_pull_request", "stop"] as const,
    in_review: ["approve", "open_pull_request"] as const,
    working: ["hand_back", "stop"] as const,
    queued: ["stop"] as const,
    done: ["open_pull_request", "retry"] as const,
  }[task.status === "in_review" ? "in_review" : columnOf(task, now)];
  return wanted.find((name) => isAllowed(name, task) && actions[name].refusal(task) === null) ?? null;
}
