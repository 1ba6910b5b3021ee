import type { CheckRunPicture } from "./picture.ts";

/**
 * How a commit can be marked with what becomes of it: GitHub lets only Apps write check runs, a person's token writes
 * commit statuses. https://docs.github.com/en/rest/checks/runs https://docs.github.com/en/rest/commits/statuses
 */
export type Badge = "check_run" | "status";

export type CommitState = "pending" | "success" | "failure" | "error";

/** The context under which our statuses stand. */
export const statusContext = "claude";
/** GitHub takes no longer description. */
export const mostDescription = 140;

type Ending = Pick<CheckRunPicture, "status" | "conclusion">;

/** The state that says what a check run would. A commit that the branch has left behind claims nothing bad. */
export function commitStateOf({ status, conclusion }: Ending): CommitState {
  if (status !== "completed") return "pending";
  switch (conclusion) {
    case "success":
    case "neutral":
    case null:
      return "success";
    case "cancelled":
      return "error";
    case "failure":
    case "timed_out":
    case "action_required":
      return "failure";
  }
}

const shown: Record<CommitState, Ending> = {
  pending: { status: "in_progress", conclusion: null },
  success: { status: "completed", conclusion: "success" },
  failure: { status: "completed", conclusion: "failure" },
  error: { status: "completed", conclusion: "cancelled" },
};

/** A commit state read back, in the words of check runs. */
export function endingOf(state: CommitState): Ending {
  return shown[state];
}

/** Whether GitHub shows what was written, as far as the kind of mark can tell. */
export function isShown(badge: Badge, wanted: Ending, now: { status: string; conclusion: string | null }): boolean {
  if (badge === "check_run") return now.status === wanted.status && now.conclusion === wanted.conclusion;
  return commitStateOf(wanted) === commitStateOf(now as Ending);
}

/**
 * What of a check run fits into a status, and changes seldom: GitHub keeps every status that it was ever given, and takes
 * no more than a thousand of one context on a commit.
 * @param standing how it stands, without what Claude does at the moment
 * @param url where more about it is to be read
 */
export function asStatus(picture: CheckRunPicture, standing: string, url: string | null): CheckRunPicture {
  const ending = endingOf(commitStateOf(picture));
  return {
    headSha: picture.headSha,
    name: statusContext,
    externalId: picture.externalId,
    ...ending,
    title: ending.status === "completed" ? picture.title : standing,
    summary: "",
    startedAt: null,
    completedAt: null,
    annotations: [],
    actions: [],
    ...(url === null ? {} : { url }),
  };
}
