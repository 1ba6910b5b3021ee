import type { Limits } from "#protocol/policy.ts";
import type { Outcome } from "#runner/claude/outcome.ts";
import type { Exit } from "#runner/terminal/exit.ts";
import type { RunContext } from "./context.ts";
import type { Cap, Memory } from "./memory.ts";
import { passOn } from "./revive.ts";
import type { Spent } from "./spent.ts";

/*
 * Limits are soft first. An instance gets four fifths of what the policy allows; when they are used, it ends, and another
 * one takes its session up with the last fifth and the word to wrap up. Only when that is used too the run is cut off.
 */
const softPart = 0.8;
/** With fewer turns than this there is nothing to divide. */
const fewestTurns = 5;
/** Claude Code needs some seconds to start, and Claude some to find an end. */
const leastTimeMs = 30_000;

/** Why the instance is stopped when its time is nearly over; how its record names it. */
export const outOfSoftTime = "wrap_up";

/** The turns and dollars that the run's present instance may use. */
export function instanceLimits({ turns, usd }: Limits, now: Pick<Memory, "wrapUp" | "spentUsd">) {
  const isLast = now.wrapUp !== null;
  const most = isLast ? usd : softPart * usd;
  const first = turns < fewestTurns ? turns : Math.floor(softPart * turns);
  return {
    turns: isLast ? Math.max(1, turns - first) : first,
    usd: Math.max(0.01, Math.round((most - now.spentUsd) * 100) / 100),
  };
}

/** When the instance is to be told to wrap up, in milliseconds from now; null for never. */
export function wrapUpAfterMs({ minutes }: Limits, now: Pick<Memory, "wrapUp" | "ranMs">): number | null {
  const limitMs = minutes * 60_000;
  if (now.wrapUp !== null || (1 - softPart) * limitMs < leastTimeMs) return null;
  return Math.max(0, softPart * limitMs - now.ranMs);
}

/** The limit for which the instance ended and another one should wrap up; null where there is none, or that was done. */
export function capReached(context: RunContext, outcome: Outcome, exit: Exit | null): Cap | null {
  if (context.memory.now.wrapUp !== null || context.stopping.aborted) return null;
  if (exit?.stopped === outOfSoftTime) return "minutes";
  if (outcome.kind !== "failed") return null;
  if (outcome.reason === "max_budget") return "usd";
  return outcome.reason === "max_turns" && context.offer.policy.limits.turns >= fewestTurns ? "turns" : null;
}

/** Another instance goes on with the session, to wrap up. */
export function passOnToWrapUp(context: RunContext, cap: Cap, spent: Spent): void {
  passOn(context, { kind: "wrap_up", limit: limitWords(context, cap) }, spent);
  context.memory.keep({ wrapUp: cap });
}

function limitWords({ offer }: RunContext, cap: Cap): string {
  const { turns, usd, minutes } = offer.policy.limits;
  return { turns: `${turns} turns`, usd: `$${usd.toFixed(2)}`, minutes: `${minutes} minutes` }[cap];
}

/** What Claude is told. */
export function renderWrapUp(limit: string, isPlan: boolean): string {
  if (isPlan) {
    return `This run may use ${limit}, and most of that is used: wrap up now. Read nothing more; end with the plan itself as far as you can write it from what you know, in Markdown and nothing around it. Where something is not looked into yet, let the plan say so: whoever approves it reads that.`;
  }
  return `This run may use ${limit}, and most of that is used: wrap up now. What you had started is stopped; the worktree is as you left it. Bring what is there into a state that can be built and looked at, begin nothing new, and end with your summary for the pull request. If a part of the request is left undone, let the summary end with a line that begins with "Left undone:" and says what.`;
}

/** What Claude has left undone when it was told to wrap up; null when nothing, or when it was not told to. */
export function leftUndone(context: RunContext, text: string): { sentence: string; advice: string } | null {
  const cap = context.memory.now.wrapUp;
  const undone = cap === null ? null : /^[*_\s]*Left undone:[*_\s]*(\S[\s\S]*)$/im.exec(text)?.[1];
  if (cap === null || undone == null) return null;
  return {
    sentence: `The run came near its ${limitWords(context, cap)}, and Claude wrapped up. Left undone: ${undone.trim().slice(0, 1_000)}`,
    advice: "What is done is on the branch; another run has as much again.",
  };
}
