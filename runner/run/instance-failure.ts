import type { Outcome } from "#runner/claude/outcome.ts";
import type { Exit } from "#runner/terminal/exit.ts";
import { RunFailure } from "./failure.ts";

const raise = "Raise the limit in the runner's configuration, or split the task.";

/** Why an instance was stopped for what it took, in words for people. The keys are the reasons' codes. */
const limits: Readonly<Record<string, { sentence: string; advice: string }>> = {
  idle_limit: {
    sentence: "Claude Code said nothing for longer than it may, and was stopped.",
    advice: "A command that waits for somebody is the usual cause: see the end of the run's log.",
  },
  disk_limit: { sentence: "The worktree took more disk space than it may, and Claude was stopped.", advice: raise },
  memory_limit: {
    sentence: "Claude and its commands took more memory than they may, and were stopped.",
    advice: raise,
  },
  process_limit: {
    sentence: "Claude's commands started more processes than they may, and were stopped.",
    advice: raise,
  },
  output_limit: { sentence: "Claude Code wrote more output than it may, and was stopped.", advice: raise },
};

/** Whether the instance ended because it took more than it may. */
export function wasOverLimit(exit: Exit | null): boolean {
  return exit?.stopped !== undefined && exit.stopped in limits;
}

/** How an instance that did not finish its turn is told to people. */
export function failureOf(outcome: Exclude<Outcome, { kind: "finished" | "waiting" }>, exit: Exit | null): RunFailure {
  const limit = limits[exit?.stopped ?? ""];
  if (limit !== undefined) return new RunFailure(exit?.stopped ?? "", limit.sentence, limit.advice);
  if (exit?.stopped === "cancelled") {
    return new RunFailure("cancelled", "The run was stopped as asked.", undefined, "cancelled");
  }
  if (exit?.reason === "terminal_lost") {
    return new RunFailure("terminal_lost", "The terminal that Claude Code ran in was taken away.");
  }
  switch (outcome.kind) {
    case "usage_limit": {
      const until = new Date(outcome.until ?? Date.now() + 15 * 60_000).toISOString();
      return new RunFailure("usage_limit", outcome.sentence, outcome.advice, "failure", until);
    }
    case "failed":
      return new RunFailure(outcome.reason, outcome.sentence, outcome.advice);
  }
}
