import { z } from "zod";
import { Asked } from "./question.ts";
import { Instant, Reason, RunConclusion, Sha } from "./words.ts";

/** The steps of a run that people see, in their order. */
export const StepName = z.enum(["worktree", "setup", "claude", "verify", "push"]);
export type StepName = z.infer<typeof StepName>;

export const StepState = z.enum(["started", "passed", "failed"]);
export type StepState = z.infer<typeof StepState>;

export const Todo = z.object({ text: z.string().max(500), state: z.enum(["pending", "in_progress", "done"]) });
export type Todo = z.infer<typeof Todo>;

/** What an instance is doing and has used so far; each one replaces the one before. */
export const Progress = z.object({
  /** "editing src/app.ts", "running npm test" */
  activity: z.string().max(300),
  todos: z.array(Todo).max(50),
  turns: z.int().min(0),
  /** How full Claude's memory of the conversation is: tokens of the newest request, and the most there can be. */
  context: z.object({ tokens: z.int().min(0), window: z.int().positive().nullable() }).optional(),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  /** Whole minutes since the run began, as the control plane counts them by the runner's clock. */
  minutes: z.int().min(0).optional(),
  /** Of the whole run, over all its Claude Code processes. */
  costUsd: z.number().min(0),
});
export type Progress = z.infer<typeof Progress>;

export const Commit = z.object({
  sha: Sha,
  subject: z.string().max(500),
  files: z.int().min(0),
});
export type Commit = z.infer<typeof Commit>;

/** A place in the repository that a failed verify command named. */
export const Problem = z.object({
  path: z.string().min(1).max(300),
  line: z.int().min(1),
  column: z.int().min(1).optional(),
  message: z.string().max(1_000),
});
export type Problem = z.infer<typeof Problem>;

/** One line of a run's log: redacted by the runner before it leaves the machine. */
export const LogLine = z.object({
  at: Instant,
  kind: z.enum(["say", "think", "tool", "result", "step", "note"]),
  text: z.string().max(8_000),
});
export type LogLine = z.infer<typeof LogLine>;

/** What a runner tells about a run. */
export const ReportBody = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("step"), step: StepName, state: StepState, detail: z.string().max(4_000).optional() }),
  z.object({
    kind: z.literal("prepared"),
    branch: z.string().max(200),
    baseSha: Sha,
    /** Where people find the worktree. */
    place: z.object({ host: z.string().max(255), folder: z.string().startsWith("/").max(4_000) }).optional(),
  }),
  z.object({
    kind: z.literal("started"),
    sessionId: z.uuid(),
    claudeVersion: z.string().max(50),
    model: z.string().max(100),
    sandbox: z.enum(["bubblewrap", "unshare", "none"]),
    /** How a person on the runner's machine joins the terminal. */
    attach: z.string().max(500),
  }),
  z.object({ kind: z.literal("progress"), progress: Progress }),
  z.object({ kind: z.literal("log"), lines: z.array(LogLine).max(500) }),
  z.object({
    kind: z.literal("pushed"),
    branch: z.string().max(200),
    sha: Sha,
    commits: z.array(Commit).max(250),
    diff: z.object({ files: z.int().min(0), insertions: z.int().min(0), deletions: z.int().min(0) }),
    /** Sentences about changes that a person should look at. */
    findings: z.array(z.string().max(500)).max(50),
  }),
  z.object({
    kind: z.literal("verified"),
    passed: z.boolean(),
    /** How many repairs came before. */
    round: z.int().min(0),
    excerpt: z.string().max(16_000).optional(),
    /** Places that the failed command named, for annotations. */
    problems: z.array(Problem).max(50).optional(),
  }),
  /** A person has the session, at Claude Code's own screen in the terminal; `at` is from the wish. */
  z.object({ kind: z.literal("taken_over"), by: z.string().max(100), at: z.int(), attach: z.string().max(500) }),
  z.object({ kind: z.literal("handed_back") }),
  /** Claude has taken a message of a person in. */
  z.object({ kind: z.literal("delivered"), message: z.int().positive() }),
  /** Claude asks and its process has ended: the run waits, and this is the last report under its lease. */
  z.object({ kind: z.literal("asked"), ...Asked.shape }),
  z.object({
    kind: z.literal("completed"),
    conclusion: RunConclusion.exclude(["lost"]),
    reason: Reason.optional(),
    /** Claude's own closing words. */
    summary: z.string().max(16_000),
  }),
]);
export type ReportBody = z.infer<typeof ReportBody>;

/** A numbered report: `seq` starts at 1 for each epoch of a run and has no gaps. */
export const Report = z.object({ seq: z.int().min(1), at: Instant, body: ReportBody });
export type Report = z.infer<typeof Report>;
