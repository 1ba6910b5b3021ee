import type { Reason } from "#protocol/words.ts";
import { isCap } from "../caps.ts";
import { asStatus } from "../commit-status.ts";
import type { Annotation, CheckConclusion, CheckRunPicture } from "../picture.ts";
import { planReasons, waitingPlan } from "../plan.ts";
import { headOf } from "../question.ts";
import type { RunFacts } from "../run.ts";
import { handOverOf } from "../task.ts";
import { neutralMarkdown, singleLine } from "../text/neutral.ts";
import { showHidden, withoutMarkers } from "../text/visible.ts";
import { type Way, waysOn, withWays } from "../ways-on.ts";
import { buttonsOf, inButtons } from "./check-buttons.ts";
import { aboutOf, headlineOf } from "./headline.ts";
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
import { dollars, duration } from "./words.ts";

/** The name under which our check run stands among the others. */
export const checkName = "Claude";

/** The mark on the head of the branch, as what the way to GitHub lets us write; null until one was pushed. */
export function renderBadge(view: TaskView): CheckRunPicture | null {
  const picture = renderCheckRun(view);
  if (picture === null || view.badge !== "status") return picture;
  const { word, sentence } = headlineOf(view);
  const standing = singleLine(`${word}: ${view.state.reason?.sentence ?? sentence}`, 120);
  return asStatus(picture, standing, view.page ?? view.task.issue?.url ?? null);
}

/** The check run on the head of the branch; null until one was pushed. It speaks of the newest run. */
export function renderCheckRun(view: TaskView): CheckRunPicture | null {
  const head = view.pushed?.headSha ?? null;
  const { run } = view;
  if (head === null || run === null) return null;
  const conclusion = conclusionOf(view, run);
  const started = view.pushed?.startedAt ?? run.startedAt;
  const endedAt = openQuestionOf(run)?.askedAt ?? run.completedAt;
  const actions = buttonsOf(waysHere(view, run), waitingPlan(view.task, run) !== null);
  return {
    headSha: head,
    name: checkName,
    externalId: view.name,
    status: conclusion === "action_required" ? "completed" : statusOf(run),
    conclusion,
    title: titleOf(view, run, conclusion),
    summary: inButtons(summaryOf(view, run), actions),
    startedAt: started === null ? null : new Date(started).toISOString(),
    completedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    annotations: [...(run.status === "completed" ? verifyAnnotations(run) : []), ...ciAnnotations(view, head)].slice(
      0,
      mostAnnotations,
    ),
    actions,
  };
}

/** The ways on that the run's end leaves; none while it goes on, or when the pull request is over. */
function waysHere(view: TaskView, run: RunFacts): readonly Way[] {
  const { task } = view;
  const isOver = task.pullRequest !== null && task.pullRequest.state !== "open";
  if (run.status !== "completed" || isOver) return [];
  return waysOn(
    run,
    waitingPlan(task, run) === null ? (handOverOf(task, run) ?? approvalOf(view)) : planReasons.waits(),
  );
}

function statusOf(run: RunFacts): CheckRunPicture["status"] {
  return run.status === "waiting" ? "in_progress" : run.status;
}

function conclusionOf(view: TaskView, run: RunFacts): CheckConclusion | null {
  if (run.status !== "completed") return openQuestionOf(run) === null ? null : "action_required";
  if (run.conclusion !== "success" && isCap(run.reason)) return "action_required";
  if (handOverOf(view.task, run) !== null || waitingPlan(view.task, run) !== null) return "action_required";
  switch (run.conclusion) {
    case "success":
      return run.verified?.passed === false ? "failure" : "success";
    case "cancelled":
      return "cancelled";
    case "timed_out":
      return "timed_out";
    case "failure":
    case "lost":
    case null:
      return "failure";
  }
}

/** What verification found, on its lines. */
function verifyAnnotations({ verified }: RunFacts): Annotation[] {
  if (verified === null || verified.passed) return [];
  return (verified.problems ?? []).map(({ path, line, column = null, message }) => {
    return { path, line, column, message: shownMessage(message) };
  });
}

/** What the failed checks that a repair is about have found, as long as the branch stands where they found it. */
function ciAnnotations({ brief }: TaskView, head: string): Annotation[] {
  if (brief?.purpose !== "fix_checks" || brief.headSha !== head) return [];
  return brief.checks.flatMap(({ name, annotations }) =>
    annotations.map(({ path, line, message }) => {
      return { path, line, column: null, message: `${singleLine(name, 100)}: ${shownMessage(message)}` };
    }),
  );
}

function shownMessage(message: string): string {
  return showHidden(withoutMarkers(message)).trim() || "It failed here.";
}

/** GitHub takes so many with one request. */
const mostAnnotations = 50;

const titles = {
  success: "Done",
  failure: "Failed",
  cancelled: "Stopped",
  timed_out: "Out of time",
  action_required: "Limit reached",
} as const satisfies Partial<Record<CheckConclusion, string>>;

function titleOf(view: TaskView, run: RunFacts, conclusion: CheckConclusion | null): string {
  const question = openQuestionOf(run);
  if (question !== null) return singleLine(`Claude asks: ${headOf(question)}`, 120);
  if (conclusion === null) {
    const { word, sentence } = headlineOf(view);
    const activity = run.status === "in_progress" ? run.progress?.activity : view.state.reason?.sentence;
    return `${singleLine(`${word}: ${activity ?? sentence}`, 100)}${usedWords(view, run)}`;
  }
  if (waitingPlan(view.task, run) !== null) return planReasons.waits().sentence;
  if (run.reason?.code === "question_unanswered") return singleLine(run.reason.sentence, 120);
  const ending = conclusion in titles ? titles[conclusion as keyof typeof titles] : "Failed";
  const word = handOverOf(view.task, run) === null ? ending : "Over to a person";
  const rest =
    conclusion === "success"
      ? verifiedWords(run)
      : ((handOverOf(view.task, run) ?? run.reason)?.sentence ?? "see the summary");
  return singleLine(rest === null ? word : rest.startsWith(`${word} `) ? rest : `${word}: ${rest}`, 120);
}

/** ` (12 min, $0.84)` of a run under way, as of its last word. */
function usedWords(view: TaskView, run: RunFacts): string {
  if (run.status !== "in_progress" || run.progress === null) return "";
  const { minutes } = run.progress;
  const facts = [
    ...(minutes === undefined || minutes === 0 ? [] : [duration(minutes * 60_000)]),
    ...(view.costUsd > 0 ? [dollars(view.costUsd)] : []),
  ];
  return facts.length === 0 ? "" : ` (${facts.join(", ")})`;
}

function verifiedWords(run: RunFacts): string | null {
  return run.verified === null ? null : "verified";
}

/** The work is done, and somebody has to approve it first. */
function approvalOf({ state: { reason } }: TaskView): Reason | null {
  return reason?.code === "approval_waits" ? reason : null;
}

/** The run's own reason; of one that has ended with what people can do about it. */
function why({ task, state }: TaskView, run: RunFacts): string | null {
  if (waitingPlan(task, run) !== null) return reasonText(planReasons.waits());
  if (run.status === "queued" && state.reason !== null) return reasonText(state.reason);
  if (run.reason === null) return null;
  const ways = run.status === "completed" ? waysOn(run) : [];
  return reasonText(withWays(run.reason, ways, task.issue !== null));
}

function summaryOf(view: TaskView, run: RunFacts): string {
  const isOver = run.status === "completed";
  const left = handOverOf(view.task, run);
  const parts = [
    left === null ? null : reasonText(left),
    isOver ? approvalOf(view) && reasonText(planReasons.pullRequestWaits()) : null,
    isOver ? null : aboutOf(view),
    renderQuestion(view) ?? why(view, run),
    run.startedAt === null ? null : timeline(view, run),
    isOver ? verification(run, view.task.policy.verify) : todoList(run),
    isOver && run.summary ? neutralMarkdown(run.summary, 16_000) : null,
    findingList(view.pushed),
    commitList(view.pushed),
    attachPart(view),
    factsLine(view, true),
  ];
  return parts.filter((part) => part !== null).join("\n\n");
}
