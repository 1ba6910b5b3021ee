import { isCap } from "../caps.ts";
import { briefWords } from "../follow-up-brief.ts";
import { handOverOf } from "../task.ts";
import { neutralMarkdown } from "../text/neutral.ts";
import type { TaskView } from "./view.ts";
import { instant } from "./words.ts";

/** A task's state in a word or two, and in a sentence of ours for when no reason is known. */
export function headlineOf(view: TaskView): { word: string; sentence: string } {
  const { state, run, task, now } = view;
  const pull = task.pullRequest;
  switch (state.status) {
    case "queued":
      if (run?.notBefore != null && run.notBefore > now)
        return {
          word: "Queued again",
          sentence: `${lastReason(view)}The next attempt starts at ${instant(run.notBefore)}.`,
        };
      return { word: "Queued", sentence: "A runner takes this in a moment." };
    case "blocked":
      return { word: "Blocked", sentence: "Something else has to be finished first." };
    case "in_progress":
      return { word: "Working", sentence: aboutOf(view) ?? "Claude is on it." };
    case "waiting":
      return { word: "Waiting", sentence: "This goes on by itself when what it waits for is there." };
    case "in_review":
      if (state.reason !== null && handOverOf(task, run) !== null)
        return { word: "Over to a person", sentence: state.reason.sentence };
      if (pull !== null) return { word: "Done", sentence: `Pull request #${pull.number} is there to look at.` };
      if (view.pushed !== null) return { word: "Done", sentence: "The pull request is being opened." };
      return { word: "Done", sentence: "Claude finished without changing a file." };
    case "completed":
      return endOf(view);
  }
}

/** What the run under way is about, or will be when somebody takes it; null where it carries out the task itself. */
export function aboutOf({ brief, isAlive, run }: TaskView): string | null {
  if (brief == null || !isAlive) return null;
  return `${run?.startedAt == null ? "Next:" : "Claude is"} ${neutralMarkdown(briefWords(brief), 300)}.`;
}

/** Why the attempt before did not do. */
function lastReason(view: TaskView): string {
  const ended = view.runs.filter((run) => run.status === "completed").sort((a, b) => b.id - a.id)[0];
  return ended?.reason == null ? "" : `${neutralMarkdown(ended.reason.sentence, 1_000)} `;
}

function endOf(view: TaskView): { word: string; sentence: string } {
  const pull = view.task.pullRequest;
  switch (view.state.conclusion) {
    case "success":
      return { word: "Merged", sentence: pull === null ? "This is done." : `Pull request #${pull.number} was merged.` };
    case "cancelled":
      return { word: "Stopped", sentence: "This was stopped." };
    case "timed_out":
      return { word: "Out of time", sentence: "The run took longer than its policy allows." };
    case "failure":
    case null:
      if (isCap(view.state.reason)) {
        const word = view.state.reason?.code === "question_unanswered" ? "Unanswered" : "Limit reached";
        return { word, sentence: "The run ended without a finished result." };
      }
      return { word: "Failed", sentence: "The run ended without a finished result." };
  }
}
