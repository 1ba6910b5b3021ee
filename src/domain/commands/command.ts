import type { Priority } from "#protocol/task.ts";

/** One thing that a comment asks for. */
export type Command =
  | {
      verb:
        | "run"
        | "plan"
        | "approve"
        | "stop"
        | "retry"
        | "continue"
        | "fix-ci"
        | "rebase"
        | "status"
        | "why"
        | "help";
    }
  | { verb: "priority"; priority: Priority }
  | { verb: "budget"; usd: number }
  | { verb: "say" | "answer"; text: string };

/** A line that was meant as a command and is none. */
export type Wrong = {
  verb: null;
  /** The line as it was written, at most 120 characters of it. */
  line: string;
  sentence: string;
  /** What was most likely meant, ready to be copied. */
  suggestion: string | null;
};
