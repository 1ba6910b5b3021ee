import { z } from "zod";
import { Policy } from "./policy.ts";
import { Answers, Asked, Question } from "./question.ts";
import { Commit, Progress, StepName, StepState } from "./report.ts";
import { Instant, Purpose, Reason, RepositoryName, RunConclusion, RunStatus, Sha, TaskName } from "./words.ts";

/** Where a run works: a folder of a machine. */
export const WorkPlace = z.object({ host: z.string().max(255), folder: z.string().startsWith("/").max(4_000) });
export type WorkPlace = z.infer<typeof WorkPlace>;

/** A step as it stands now, for the timeline. */
export const Step = z.object({
  name: StepName,
  state: StepState,
  detail: z.string().optional(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
});
export type Step = z.infer<typeof Step>;

/** One attempt to carry a task further, as programs outside the control plane see it. */
export const Run = z.object({
  id: z.int().positive(),
  task: TaskName,
  purpose: Purpose,
  attempt: z.int().min(1),
  status: RunStatus,
  conclusion: RunConclusion.nullable(),
  reason: Reason.nullable(),
  runner: z.string().nullable(),
  sessionId: z.uuid().nullable(),
  claudeVersion: z.string().nullable(),
  model: z.string().nullable(),
  sandbox: z.string().nullable(),
  attach: z.string().nullable(),
  /** Where its worktree is while it is there; `isHere` on the control plane's own machine. */
  place: WorkPlace.extend({ isHere: z.boolean() }).optional(),
  branch: z.string().nullable(),
  baseSha: Sha.nullable(),
  headSha: Sha.nullable(),
  steps: z.array(Step),
  progress: Progress.nullable(),
  commits: z.array(Commit),
  findings: z.array(z.string()),
  /** What the branch changes, as it was last pushed. */
  diff: z.object({ files: z.int().min(0), insertions: z.int().min(0), deletions: z.int().min(0) }).nullish(),
  summary: z.string().nullable(),
  /** What it asked last; answered or not. */
  question: Question.optional(),
  /** A person has Claude's session (`held`), is about to (`wanted`), or gives it back (`returning`). */
  takeover: z.object({ by: z.string(), state: z.enum(["wanted", "held", "returning"]) }).optional(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  completedAt: Instant.nullable(),
});
export type Run = z.infer<typeof Run>;

/** Everything a runner needs to carry out the run that it has claimed. */
export const RunOffer = z.object({
  runId: z.int().positive(),
  task: TaskName,
  title: z.string(),
  purpose: Purpose,
  attempt: z.int().min(1),
  /** The fencing token: every report and credential request carries it. */
  epoch: z.int().min(1),
  leaseSeconds: z.number().positive(),
  repository: RepositoryName,
  /** A path where the repository lies on the runner's own machine; no credential is asked for then. */
  cloneUrl: z.union([z.url(), z.string().startsWith("/")]),
  /** Branch to start from; the repository's default branch when null. */
  baseBranch: z.string().nullable(),
  branch: z.string(),
  /** Where an earlier run of this task left the branch, when it did. */
  headSha: Sha.nullable(),
  sessionId: z.uuid(),
  /** True when an earlier run of this task had the same session. */
  resume: z.boolean(),
  prompt: z.string(),
  /** The branch is to be brought up to date with its base before Claude goes on. */
  update: z.enum(["merge", "rebase"]).optional(),
  /** What Claude had asked, with the answers: the session goes on with them. */
  answer: z.object({ ...Asked.shape, answers: Answers }).optional(),
  /** What earlier processes of this run have cost. */
  spentUsd: z.number().min(0).optional(),
  /** How many tokens they took and gave. */
  spentTokens: z.object({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) }).optional(),
  policy: Policy,
  author: z.object({ name: z.string(), email: z.string() }),
});
export type RunOffer = z.infer<typeof RunOffer>;
