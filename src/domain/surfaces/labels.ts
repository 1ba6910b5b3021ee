import type { StateLabel } from "../picture.ts";
import type { TaskState } from "../task.ts";

const byStatus = {
  queued: "queued",
  blocked: "queued",
  in_progress: "inProgress",
  waiting: "inProgress",
  in_review: "inReview",
} as const satisfies Record<Exclude<TaskState["status"], "completed">, StateLabel>;

const byConclusion = {
  success: "done",
  failure: "failed",
  timed_out: "failed",
  cancelled: null,
} as const satisfies Record<NonNullable<TaskState["conclusion"]>, StateLabel | null>;

/** The state label that the issue carries; none once a person has stopped the task. */
export function labelOf(state: TaskState): StateLabel | null {
  return state.status === "completed" ? byConclusion[state.conclusion ?? "failure"] : byStatus[state.status];
}
