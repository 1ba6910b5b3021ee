import type { Task } from "#protocol/task.ts";

/** Whether a run of the task is queued, in progress or waiting. */
export function isUnderWay(task: Task): boolean {
  return task.runs.some((run) => run.status !== "completed");
}

/** Whether Claude waits for an answer. */
export function asks(task: Task): boolean {
  return task.status === "waiting" && task.runs.at(-1)?.question?.answer === null;
}

/** Whether a plan waits for approval. */
export function hasPlan(task: Task): boolean {
  return task.reason?.code === "plan_waits";
}

/** Whether its plan or its work waits for approval. */
export function awaitsApproval(task: Task): boolean {
  return hasPlan(task) || task.reason?.code === "approval_waits";
}

/** The run that a runner works on now. */
export function runAtWork(task: Task) {
  return task.runs.findLast(({ status }) => status === "in_progress");
}

/** Whether it waits for nobody but its owner, and only a word of theirs would end it. */
export function canBeGivenUp(task: Task): boolean {
  if (isUnderWay(task) || hasPlan(task) || task.status === "completed") return false;
  return task.runs.length === 0 || task.folder !== undefined;
}

/** Whether nothing more can come of it: its pull request was merged or closed. */
export function isOver({ pullRequest, status }: Task): boolean {
  return status === "completed" && pullRequest !== null && pullRequest.state !== "open";
}

/** Why it cannot go on in its session or be worked on further; null where it can. */
export function overRefusal(task: Task): string | null {
  if (isUnderWay(task)) return "It has not ended yet.";
  if (hasPlan(task)) return "Its plan waits for approval.";
  return isOver(task) ? `It is over: its pull request was ${task.pullRequest?.state}.` : null;
}

/** Why nothing can be done about its pull request; null where it can. */
export function openPullRefusal(task: Task): string | null {
  if (task.folder !== undefined) return "Nothing is done by itself about a pull request of your own.";
  if (task.pullRequest?.state !== "open") return "There is no open pull request.";
  return overRefusal(task);
}
