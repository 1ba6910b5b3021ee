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

/** What only a person's word ends; everything else that waits goes on by itself. */
const needsWord: ReadonlySet<string> = new Set(["question", "plan_waits"]);

/** The state label that the issue carries; none once a person has stopped the task. */
export function labelOf(state: TaskState): StateLabel | null {
  if (state.status === "waiting" && needsWord.has(state.reason?.code ?? "")) return "waiting";
  return state.status === "completed" ? byConclusion[state.conclusion ?? "failure"] : byStatus[state.status];
}
