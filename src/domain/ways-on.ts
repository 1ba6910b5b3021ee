import type { Reason } from "#protocol/words.ts";
import { isCap } from "./caps.ts";
import type { RunFacts } from "./run.ts";

/*
 * What people can do where work has come to a stop. One table says it: the advice in the comment, in the check run, in
 * `why`, on the command line and in the dashboard names these ways, and the buttons of the check run are those of them that
 * have one.
 */

/** The ways, each by its command. */
export type Way = "answer" | "approve" | "say" | "fix-ci" | "continue" | "retry" | "run";

/** What each does, behind its command in a sentence. */
const does = {
  answer: "goes to the same conversation",
  approve: "lets Claude carry it out",
  say: "tells Claude more",
  "fix-ci": "lets Claude look at the checks again",
  continue: "goes on in the same session",
  retry: "tries again with a fresh session",
  run: "on the issue starts from what it says then",
} as const satisfies Record<Way, string>;

/** Where the session is of no use for what went wrong: it never began, it is gone, or it is what went wrong. */
const afresh: readonly Way[] = ["retry"];
/** Where more has to be said first. */
const toldMore: readonly Way[] = ["say", "retry"];

/** By the reason's code, where that says more than how the run ended. */
const byCode: Readonly<Record<string, readonly Way[]>> = {
  plan_waits: ["approve", "say"],
  approval_waits: ["approve"],
  checks_failing: ["fix-ci", "continue", "retry"],
  question_unanswered: ["answer", "continue", "retry"],
  pull_request_closed: ["run"],
  no_changes: toldMore,
  no_plan: toldMore,
  question_unreadable: toldMore,
  refused: toldMore,
  setup_failed: afresh,
  clone_failed: afresh,
  no_base: afresh,
  branch_taken: afresh,
  claude_missing: afresh,
  claude_incompatible: afresh,
  session_unknown: afresh,
  session_in_use: afresh,
  prompt_too_long: afresh,
  worktree_damaged: afresh,
  history_rewritten: afresh,
};

type Ended = Pick<RunFacts, "conclusion" | "reason" | "startedAt" | "verified">;

/**
 * The ways on from the end of a run, the likeliest first; none from one that ended well.
 * @param stop why the task itself has stopped, where that is not the run's own reason
 */
export function waysOn({ conclusion, reason, startedAt, verified }: Ended, stop: Reason | null = null): readonly Way[] {
  const isDone = conclusion === "success" && verified?.passed !== false;
  const known = byCode[stop?.code ?? ""] ?? (isDone ? [] : byCode[reason?.code ?? ""]);
  if (known !== undefined) return known;
  if (stop?.code === "cancelled" || conclusion === "cancelled") {
    return startedAt === null ? ["retry", "run"] : ["continue", "retry", "run"];
  }
  if (startedAt === null) return afresh;
  return conclusion === "timed_out" || isCap(reason) ? ["continue", "retry"] : ["retry", "continue"];
}

/**
 * A reason with what to do: its own advice first, which is about this reason alone, then the ways on.
 * @param hasIssue false leaves out what is done on an issue
 */
export function withWays(reason: Reason, ways: readonly Way[], hasIssue = true): Reason {
  const named = ways.filter((way) => hasIssue || way !== "run");
  if (named.length === 0) return reason;
  const advice = [reason.advice, sentence(named)].filter((part) => part !== undefined).join(" ");
  return { ...reason, advice: advice.slice(0, 2_000) };
}

function sentence(ways: readonly Way[]): string {
  const parts = ways.map((way) => `\`/claude ${way}${way === "say" || way === "answer" ? " …" : ""}\` ${does[way]}`);
  const last = parts.pop() ?? "";
  return parts.length === 0 ? `${last}.` : `${parts.join(", ")}, ${last}.`;
}
