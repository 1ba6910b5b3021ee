import { commandWord } from "../commands/verbs.ts";
import { issueName } from "../links.ts";
import { planBefore } from "../plan.ts";
import { neutralMarkdown } from "../text/neutral.ts";
import { aboutOf, headlineOf } from "./headline.ts";
import { taskMarker } from "./marker.ts";
import {
  attachPart,
  commitList,
  factsLine,
  findingList,
  reasonText,
  timeline,
  todoList,
  verification,
} from "./parts.ts";
import { openQuestionOf, renderQuestion } from "./question.ts";
import type { TaskView } from "./view.ts";
import { code, counted, folded, instant, listed } from "./words.ts";

/** The one comment on the issue, edited in place; null for a task without an issue. */
export function renderComment(view: TaskView): string | null {
  if (view.task.issue === null) return null;
  const parts = [
    taskMarker(view.task, "comment", view.operator.markerKey),
    status(view),
    ...body(view),
    planPart(view),
    laterEdit(view),
    childrenPart(view),
    factsLine(view, true),
  ];
  return parts.filter((part) => part !== null).join("\n\n");
}

function status(view: TaskView): string {
  const { word, sentence } = headlineOf(view);
  const { reason } = view.state;
  if (openQuestionOf(view.run) !== null)
    return `**${word}** · Claude has asked something, and goes on with the answer.`;
  return `**${word}** · ${reason === null ? sentence : reasonText(reason)}`;
}

function body(view: TaskView): (string | null)[] {
  const { run, task, state } = view;
  if (run === null || run.startedAt === null) return [aboutOf(view), pullRequestLine(view)];
  const steps = timeline(view, run);
  if (view.isAlive)
    return [renderQuestion(view), steps, todoList(run), pullRequestLine(view), attachPart(view), stopLine()];
  const isFailed = state.status === "completed" && state.conclusion !== "success";
  return [
    steps,
    isFailed || run.verified?.passed === false ? verification(run, task.policy.verify) : null,
    run.summary ? neutralMarkdown(run.summary, 12_000) : null,
    findingList(view.pushed),
    pullRequestLine(view),
    isFailed ? savedPart(view) : null,
  ];
}

/** The plan that is being carried out or changed; the one that waits is the summary of its run. */
function planPart({ task, runs, run }: TaskView): string | null {
  const plan = run && planBefore(task, runs, run);
  return plan?.summary ? folded("The plan", neutralMarkdown(plan.summary, 12_000)) : null;
}

/** What was changed after somebody said yes is not worked on (S11). */
function laterEdit({ task, state, isAlive }: TaskView): string | null {
  const edit = task.snapshot.laterEdit;
  if (edit === undefined || state.conclusion === "success") return null;
  const way = isAlive
    ? `${code(`/${commandWord} stop`)} and then ${code(`/${commandWord} run`)}`
    : code(`/${commandWord} run`);
  return `**Edited since:** ${code(edit.by)} changed the issue on ${instant(edit.at)}, after this was asked for. Claude works from the text as it was then; ${way} takes the new one.`;
}

/** A check run that goes on can have no button: how to stop it is said here. */
function stopLine(): string {
  return `<sub>${code(`/${commandWord} stop`)} stops it; ${code(`/${commandWord} help`)} tells what else there is.</sub>`;
}

/** How far the sub-issues are; null without any. */
function childrenPart({ task }: TaskView): string | null {
  const { children } = task.links;
  if (children.length === 0) return null;
  const lines = children.map((child) => {
    const name = code(issueName(child, task.repository.name));
    return `- [${child.isOpen ? " " : "x"}] ${name} ${neutralMarkdown(child.title.replace(/\s+/g, " "), 400)}`;
  });
  const closed = children.filter((child) => !child.isOpen).length;
  return folded(`Sub-issues: ${closed} of ${children.length} closed`, listed(lines, 8_000));
}

function pullRequestLine(view: TaskView): string | null {
  const pull = view.task.pullRequest;
  if (pull === null || (view.state.status === "in_review" && view.state.reason === null)) return null;
  if (view.state.status === "completed" && view.state.conclusion === "success") return null;
  return `Pull request: #${pull.number}${pull.state === "open" && pull.draft ? " (draft)" : ""}`;
}

function savedPart(view: TaskView): string | null {
  if (view.pushed === null) return null;
  const count = counted(view.pushed.commits.length, "commit");
  return `What was done until then is safe on the branch ${code(view.task.branch)} (${count}).\n\n${commitList(view.pushed)}`;
}
