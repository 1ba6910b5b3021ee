import type { Progress } from "#runner/claude/progress.ts";

/** What earlier instances of a run have used: each counts for itself, a resumed session begins at nothing. */
export type Spent = { usd: number; inputTokens: number; outputTokens: number };

export const nothingSpent: Spent = { usd: 0, inputTokens: 0, outputTokens: 0 };

/** What one instance has used so far. Dollars are known at the end of a turn, tokens of each answer. */
export function spentBy({ costUsd, tokens }: Pick<Progress, "costUsd" | "tokens">): Spent {
  const { input, cacheRead, cacheWrite, output } = tokens;
  return { usd: costUsd, inputTokens: input + cacheRead + cacheWrite, outputTokens: output };
}

/** Both together. */
export function together(one: Spent, other: Spent): Spent {
  return {
    usd: one.usd + other.usd,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}
