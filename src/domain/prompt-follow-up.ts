import type { CheckFailure, FollowUpBrief, ReviewThread } from "./follow-up-brief.ts";
import { revealHidden } from "./text/hidden.ts";
import { bytesOf } from "./text/visible.ts";

/** Upper bounds of what checks and reviews may bring into a prompt, in UTF-8 bytes (F42). */
const partBytes = 20_000;
const wholeBytes = 120_000;

/** What a follow-up run is to deal with: our words, and what others wrote as data that the caller fences. */
export type FollowUpWords = { task: string; data: string | null };

export function followUpWords(brief: FollowUpBrief): FollowUpWords {
  switch (brief.purpose) {
    case "fix_checks":
      return { task: checksTask(brief), data: bounded(brief.checks.map(checkText)) };
    case "address_review":
      return { task: reviewTask(brief), data: bounded(reviewTexts(brief)) };
    case "resolve_conflicts":
      return { task: conflictTask(brief), data: null };
    case "continue":
      return {
        task: "Go on with the work on the request below: see what is there, what was said since, and finish it.",
        data: null,
      };
  }
}

const wholeSummary =
  "End with the whole summary for the pull request once more, brought up to date, so that it describes all of the work and not only this part.";

type Of<P extends FollowUpBrief["purpose"]> = Extract<FollowUpBrief, { purpose: P }>;

function checksTask({ checks, headSha, round, rounds, askedBy }: Of<"fix_checks">): string {
  const names = checks.length === 1 ? "A check has" : `${checks.length} checks have`;
  const last =
    round >= rounds && askedBy === null ? " This is the last round: if checks fail again, a person takes over." : "";
  return `The work on the request below stands in a pull request. ${names} failed there, on commit ${(headSha ?? "").slice(0, 12)}. What is known of that stands between the marks.

Find the cause and mend it in the code. Do not weaken, skip or delete a test, and do not change the checks themselves, to make them pass. Where you can, run what failed here before you finish. If a failure has nothing to do with this work, or cannot be mended in the code, change nothing for it and say why.${last} ${wholeSummary}`;
}

function reviewTask({ review, threads, leftOut }: Of<"address_review">): string {
  const others =
    leftOut === 0
      ? ""
      : ` ${leftOut === 1 ? "One comment" : `${leftOut} comments`} of people who may not steer this work ${leftOut === 1 ? "is" : "are"} left out.`;
  const answers =
    threads.length === 0
      ? ""
      : `

Answer every thread, each by its name, on lines of its own at the very end, after the summary. Your answer is posted in the thread:

T1 done: what you changed, in a sentence or two
T2 not done: why not
T3 answered: the answer to a question`;
  return `The work on the request below stands in a pull request, and ${nameOf(review.author)} has reviewed it. The review stands between the marks.${others}

Do what it asks for, as far as it is right. Where you are sure that it is not, leave the code as it is and say why. ${wholeSummary}${answers}`;
}

function conflictTask({ base, how }: Of<"resolve_conflicts">): string {
  const made =
    how === "merge"
      ? `The base branch ${nameOf(base)} has been merged into the task's branch`
      : `The task's commits have been put onto the base branch ${nameOf(base)} as it is now`;
  return `The work on the request below stands in a pull request, and its base branch has moved on. ${made}, as far as that went by itself. Where both sides changed the same lines, the files hold conflict markers (<<<<<<<, =======, >>>>>>>): find them with git grep -n '^<<<<<<< '. There may be none. ${how === "merge" ? "What stands above ======= is this work's, what stands below is the base's." : "What stands above ======= is the base's, what stands below is this work's."}

Resolve every conflict so that the intent of both sides is kept, and leave no marker behind. Then see to it that the whole still works: what changed on the base may break this work without touching the same lines. Do not merge, rebase or abort anything yourself; edit the files, that is enough. ${wholeSummary}`;
}

function checkText(check: CheckFailure): string {
  const { app, name, conclusion, step, log, tests, annotations, summary } = check;
  const parts = [
    `Check: ${oneLine(name)} (${oneLine(app)}): ${oneLine(conclusion)}${step === null ? "" : `, in step "${oneLine(step)}"`}`,
    tests.length === 0 ? null : `Failing tests:\n\n${tests.map((test) => `- ${oneLine(test)}`).join("\n")}`,
    annotations.length === 0
      ? null
      : `Annotations:\n\n${annotations.map((one) => `- ${oneLine(one.path)}:${one.line}: ${seen(one.message)}`).join("\n")}`,
    summary === null ? null : `It says:\n${seen(summary)}`,
    log === null ? null : `The step printed:\n${seen(log)}`,
  ];
  const known = parts.filter((part) => part !== null);
  return known.length === 1 ? `${known[0]}\nNothing more is known of it.` : known.join("\n\n");
}

function reviewTexts({ review, threads }: Of<"address_review">): string[] {
  const asks = review.state === "changes_requested" ? "asks for changes" : "comments";
  const body = seen(review.body).trim();
  const whole = `Review by ${nameOf(review.author)}, who ${asks}:${body === "" ? " (no words besides those on lines)" : `\n\n${body}`}`;
  return [whole, ...threads.map(threadText)];
}

function threadText({ key, path, line, startLine, hunk, said, leftOut }: ReviewThread): string {
  const lines =
    line === null
      ? "the whole file"
      : startLine === null || startLine === line
        ? `line ${line}`
        : `lines ${startLine} to ${line}`;
  const left = leftOut === 0 ? [] : [`(${leftOut} left out)`];
  const words = said.map(({ author, body }) => `${nameOf(author)}: ${seen(body).trim()}`);
  return [`Thread ${key}, on ${oneLine(path)}, ${lines}:`, seen(hunk).slice(-4_000), ...words, ...left].join("\n\n");
}

/** Without what a reader of the page does not see, and within its bounds. */
function seen(text: string): string {
  const { text: visible } = revealHidden(text);
  if (bytesOf(visible) <= partBytes) return visible;
  return `${new TextDecoder().decode(new TextEncoder().encode(visible).subarray(0, partBytes)).replace(/\ufffd$/, "")}\n[cut here]`;
}

function bounded(parts: readonly string[]): string {
  let left = wholeBytes;
  const fitting = parts.filter((part) => {
    left -= bytesOf(part);
    return left >= 0;
  });
  const missing = parts.length - fitting.length;
  return [...fitting, ...(missing === 0 ? [] : [`[${missing} more left out: there is no room]`])].join("\n\n---\n\n");
}

function oneLine(text: string): string {
  return revealHidden(text).text.replace(/\s+/g, " ").trim().slice(0, 300);
}

function nameOf(login: string): string {
  return login.replace(/[^A-Za-z0-9:._/[\]-]/g, "").slice(0, 100);
}
