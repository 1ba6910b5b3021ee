import type { SubmittedReview } from "./follow-up.ts";

/** What is known of one failed check. All of it is outside text, bounded and without secrets. */
export type CheckFailure = {
  app: string;
  name: string;
  conclusion: string;
  url: string | null;
  /** The step of the job that failed. */
  step: string | null;
  /** What that step printed, as far as there is room. */
  log: string | null;
  tests: string[];
  annotations: { path: string; line: number; message: string }[];
  summary: string | null;
};

/** A comment on lines of the change, with what stands above it in the same thread. */
export type ReviewThread = {
  /** By which Claude's answer names it: `T1`. */
  key: string;
  /** GitHub's id of the comment that began the thread. */
  comment: number;
  path: string;
  line: number | null;
  startLine: number | null;
  hunk: string;
  said: { author: string; body: string }[];
  /** Comments of people who may not steer work. */
  leftOut: number;
};

/** What a follow-up run is to deal with, as it was when it was decided. */
export type FollowUpBrief = { pullRequest: number; headSha: string | null } & (
  | { purpose: "fix_checks"; round: number; rounds: number; askedBy: string | null; checks: CheckFailure[] }
  | { purpose: "address_review"; review: SubmittedReview; threads: ReviewThread[]; leftOut: number }
  | { purpose: "resolve_conflicts"; base: string; how: "merge" | "rebase"; askedBy: string | null }
  | { purpose: "continue"; askedBy: string }
);

/** What a run does, in a few words for people: `repairing the failed check test, round 2 of 3`. */
export function briefWords(brief: FollowUpBrief): string {
  switch (brief.purpose) {
    case "fix_checks":
      return `repairing ${checkWords(brief.checks)}${roundWords(brief)}`;
    case "address_review":
      return `working through the review of ${brief.review.author}`;
    case "resolve_conflicts":
      return `bringing the branch up to date with ${brief.base}`;
    case "continue":
      return "going on with the work";
  }
}

function checkWords(checks: readonly CheckFailure[]): string {
  const names = checks.slice(0, 3).map(({ name }) => name.replace(/\s+/g, " ").slice(0, 60));
  const rest = checks.length - names.length;
  const all = `${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return checks.length === 1 ? `the failed check ${all}` : `${checks.length} failed checks (${all})`;
}

/** Only rounds that nobody asked for are counted. */
function roundWords({ round, rounds, askedBy }: Extract<FollowUpBrief, { purpose: "fix_checks" }>): string {
  return askedBy === null ? `, round ${round} of ${rounds}` : `, asked for by ${askedBy}`;
}
