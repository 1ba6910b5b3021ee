/** The labels by which an issue shows where its task stands; exactly one of them is on it. */
export const stateLabels = {
  queued: { name: "claude:queued", color: "d4c5f9", description: "Waiting for a runner" },
  inProgress: { name: "claude:in-progress", color: "fbca04", description: "Claude is working on this" },
  waiting: { name: "claude:waiting", color: "d93f0b", description: "Claude waits for a person's word" },
  inReview: { name: "claude:in-review", color: "0e8a16", description: "A pull request is ready to look at" },
  done: { name: "claude:done", color: "5319e7", description: "Merged" },
  failed: { name: "claude:failed", color: "b60205", description: "Stopped without a finished result" },
} as const satisfies Record<string, { name: string; color: string; description: string }>;
export type StateLabel = keyof typeof stateLabels;

export type CheckConclusion = "success" | "failure" | "cancelled" | "timed_out" | "neutral" | "action_required";

/** A button of a completed check run: at most 20, 40 and 20 characters. */
export type CheckButton = { label: string; description: string; identifier: string };

/** A remark of the check run at a line of a file. */
export type Annotation = { path: string; line: number; column: number | null; message: string };

export type CheckRunPicture = {
  headSha: string;
  name: string;
  /** Our own name for it, by which it is found again. */
  externalId: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: CheckConclusion | null;
  /** "Claude · working: running npm test" */
  title: string;
  /** Markdown, at most 60,000 bytes. */
  summary: string;
  startedAt: string | null;
  completedAt: string | null;
  /** At most three, and only when it is completed. */
  actions: CheckButton[];
  /** At most fifty. GitHub adds those that it is given to those that it has: each is sent once. */
  annotations: Annotation[];
  /** Where more is to be read, for marks that hold no text of their own. */
  url?: string;
};

export type PullRequestPicture = {
  branch: string;
  /** Null is the repository's default branch. */
  base: string | null;
  title: string;
  /** Markdown with our marker, at most 60,000 bytes. */
  body: string;
  ready: boolean;
};

/** What GitHub should show of a task now. */
export type Picture = {
  comment: string | null;
  label: StateLabel | null;
  /** Null until a branch with commits is pushed. */
  pullRequest: PullRequestPicture | null;
  checkRun: CheckRunPicture | null;
};
