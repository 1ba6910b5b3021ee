import type { Origin } from "#protocol/task.ts";
import { originName } from "#protocol/task-source.ts";
import type { PullRequestPicture } from "../picture.ts";
import { neutralMarkdown, singleLine } from "../text/neutral.ts";
import { waysOn, withWays } from "../ways-on.ts";
import { taskMarker } from "./marker.ts";
import { commitList, factsLine, findingList, reasonText, verification } from "./parts.ts";
import type { TaskView } from "./view.ts";
import { code } from "./words.ts";

/** The task's pull request; null until a branch with commits was pushed. */
export function renderPullRequest(view: TaskView): PullRequestPicture | null {
  if (view.pushed === null) return null;
  const { task } = view;
  return {
    branch: task.branch,
    base: task.policy.base ?? null,
    title: titleOf(view),
    body: bodyOf(view),
    ready: isReady(view),
  };
}

function titleOf(view: TaskView): string {
  const title = singleLine(view.task.snapshot.title, 80);
  return title === "" ? `Work on ${view.name}` : title;
}

/** By itself only what was verified leaves the draft state; somebody's approval stands for that where nothing was verified. */
function isReady({ run, task, pushed }: TaskView): boolean {
  const { approval, ready_for_review: bySelf } = task.policy;
  const isApproved = task.snapshot.approvals?.pullRequest !== undefined;
  if (run?.status !== "completed" || run.conclusion !== "success" || pushed === null) return false;
  const isVerified = approval ? run.verified?.passed !== false : run.verified?.passed === true;
  return (approval ? isApproved : bySelf) && isVerified && pushed.findings.length === 0;
}

function bodyOf(view: TaskView): string {
  const { task, run, pushed } = view;
  const isOver = run?.status === "completed";
  const parts = [
    taskMarker(task, "pull_request", view.operator.markerKey),
    issueLine(view),
    isOver ? ending(view) : workingLine(view),
    findingList(pushed),
    isOver ? verification(run, task.policy.verify) : null,
    commitList(pushed),
    isOver ? factsLine(view, true) : null,
  ];
  return parts.filter((part) => part !== null).join("\n\n");
}

/** GitHub closes the issue on the merge only when that goes into the default branch. */
function issueLine(view: TaskView): string | null {
  const { issue, origin, policy } = view.task;
  if (origin !== undefined) return `For ${originLink(origin)}.`;
  if (issue === null) return null;
  return policy.base === undefined ? `Closes #${issue.number}.` : `For #${issue.number}.`;
}

/** A key comes from outside; an address that would be no address of a link is left out. */
function originLink(origin: Origin): string {
  const name = singleLine(originName(origin), 100);
  const isAddress = origin.url !== null && /^https?:\/\/[^\s()<>"]+$/.test(origin.url);
  return isAddress ? `[${name.replace(/[[\]]/g, "")}](${origin.url})` : code(name);
}

function workingLine(view: TaskView): string {
  const { issue } = view.task;
  const where = issue === null ? "" : `; the comment on #${issue.number} says how it stands`;
  return `This is not finished yet${where}.`;
}

function ending(view: TaskView): string | null {
  const { run } = view;
  if (run === null) return null;
  const reason =
    run.conclusion === "success" || run.reason === null
      ? null
      : `**Not finished:** ${reasonText(withWays(run.reason, waysOn(run), view.task.issue !== null))}`;
  const summary = run.summary ? neutralMarkdown(run.summary, 20_000) : null;
  const parts = [reason, summary].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join("\n\n");
}
