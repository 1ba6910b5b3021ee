import type { Task } from "#protocol/task.ts";
import { columnOf } from "./columns.ts";

export type ActionName = "retry" | "stop" | "open_pull_request" | "open_issue";

type Action = {
  label: string;
  icon: "retry" | "stop" | "pullRequest" | "issue";
  /** The key that does it to the selected task. */
  key: string;
  /** Null when it may be done, else why not: the greyed button says it. */
  refusal(task: Task): string | null;
};

/** What can be done to a task. The server holds to the same rules; this is so that nobody asks in vain. */
export const actions = {
  retry: {
    label: "Retry",
    icon: "retry",
    key: "r",
    refusal: (task) => {
      if (isUnderWay(task)) return "It has not ended yet.";
      return task.conclusion === "success" ? "It is done: its work was merged." : null;
    },
  },
  stop: {
    label: "Stop",
    icon: "stop",
    key: "s",
    refusal: (task) => {
      if (!isUnderWay(task)) return "It has ended.";
      return task.reason?.code === "stopping" ? "It is stopping already." : null;
    },
  },
  open_pull_request: {
    label: "Open pull request",
    icon: "pullRequest",
    key: "o",
    refusal: ({ pullRequest }) =>
      pullRequest === null ? "There is no pull request yet." : addressRefusal(pullRequest.url),
  },
  open_issue: {
    label: "Open issue",
    icon: "issue",
    key: "i",
    refusal: ({ issue }) => (issue === null ? "It did not come from an issue." : addressRefusal(issue.url)),
  },
} as const satisfies Record<ActionName, Action>;

/** The one thing to do about a task, as a card offers it; null when there is nothing to do but look. */
export function primaryAction(task: Task, now: number): ActionName | null {
  const wanted: readonly ActionName[] = {
    needs_you: ["retry", "open_pull_request", "stop"] as const,
    in_review: ["open_pull_request"] as const,
    working: ["stop"] as const,
    queued: ["stop"] as const,
    done: ["open_pull_request", "retry"] as const,
  }[columnOf(task, now)];
  return wanted.find((name) => actions[name].refusal(task) === null) ?? null;
}

/** Whether a run of the task is queued, in progress or waiting. */
export function isUnderWay(task: Task): boolean {
  return task.runs.some((run) => run.status !== "completed");
}

/** Addresses come from outside: only the web's are followed. */
export function isWebAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

function addressRefusal(address: string): string | null {
  return isWebAddress(address) ? null : "Its address is not one of the web.";
}
