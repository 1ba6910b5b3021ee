import type { ReviewThread } from "./follow-up-brief.ts";
import { neutralMarkdown } from "./text/neutral.ts";

/** What is to be said to each thread of a review, and how far that has come. */
export type ReviewAnswers = {
  pullRequest: number;
  reviewer: string;
  /** The commit that the answers are about; null when nothing was changed. */
  commit: string | null;
  threads: ThreadAnswer[];
  /** The review has been asked for again. */
  isAskedAgain: boolean;
};

export type ThreadAnswer = {
  /** GitHub's id of the comment that began the thread. */
  comment: number;
  /** Claude's own words; null when it gave none. */
  text: string | null;
  /** Whether it says that it did what was asked for. */
  isDone: boolean;
  isWritten: boolean;
  isResolved: boolean;
};

type Given = { key: string; isDone: boolean; text: string };

const answerBytes = 4_000;
const head =
  /^\s*(?:[-*]\s*)?\[?\*{0,2}(T\d{1,3})\*{0,2}\]?\s*(?:[:,(–—-]\s*)?(done|not done|declined|answered)\b\)?\s*[:.,–—-]?\s*(.*)$/is;

/**
 * Takes the answers to review threads out of Claude's closing words. They stand on lines of their own, in the form
 * `T1 done: what was done`, at the end; what is not in that form stays in the summary.
 */
export function splitAnswers(summary: string): { summary: string; answers: Given[] } {
  const answers: Given[] = [];
  const kept: string[] = [];
  let open: Given | null = null;
  for (const line of summary.split("\n")) {
    const found = head.exec(line);
    if (found !== null) {
      open = { key: (found[1] ?? "").toUpperCase(), isDone: found[2]?.toLowerCase() === "done", text: found[3] ?? "" };
      answers.push(open);
    } else if (open !== null && line.trim() !== "" && /^\s{2,}\S/.test(line)) {
      open.text = `${open.text}\n${line.trim()}`;
    } else {
      if (line.trim() !== "") open = null;
      kept.push(line);
    }
  }
  const rest = kept
    .join("\n")
    .replace(/\n*^#{1,4}\s*(?:review )?(?:answers|threads|answers to the (?:review|threads))\s*:?\s*$/gim, "")
    .replace(/\n{3,}/g, "\n\n");
  return { summary: answers.length === 0 ? summary : rest.trim(), answers };
}

/** What each thread is answered; one that Claude said nothing about gets a plain sentence. */
export function answersFor(threads: readonly ReviewThread[], given: readonly Given[]): ThreadAnswer[] {
  return threads.map((thread) => {
    const own = given.findLast(({ key }) => key === thread.key) ?? null;
    const text = own === null || own.text.trim() === "" ? null : own.text.trim();
    return { comment: thread.comment, text, isDone: own?.isDone ?? false, isWritten: false, isResolved: false };
  });
}

/** The reply in a thread; whatever Claude says mentions nobody and commands nothing (S41). */
export function renderThreadAnswer(answer: ThreadAnswer, commit: string | null, marker: string): string {
  const where = commit === null ? "Nothing was changed for this." : `See ${commit}.`;
  const said = answer.text === null ? null : neutralMarkdown(answer.text, answerBytes);
  const plain =
    commit === null
      ? "Claude worked through this review and changed nothing here; its summary is in the pull request."
      : `Worked through in ${commit}; Claude said nothing about this thread in particular.`;
  return [said === null ? plain : answer.isDone ? `${said}\n\n${where}` : said, marker].join("\n\n");
}
