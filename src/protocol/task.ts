import { z } from "zod";
import { TaskDeed } from "./access.ts";
import { Run } from "./run.ts";
import { Verdicts } from "./verdicts.ts";
import { Instant, Reason, RepositoryName, Sha, TaskConclusion, TaskName, TaskStatus } from "./words.ts";

export const Priority = z.enum(["low", "normal", "high"]);
export type Priority = z.infer<typeof Priority>;

export const PullRequest = z.object({
  number: z.int().positive(),
  url: z.string(),
  state: z.enum(["open", "closed", "merged"]),
  draft: z.boolean(),
  headSha: Sha.nullable(),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** Where a task comes from that is no issue of GitHub's: a ticket, a program that asked by a hook, a person in a chat. */
export const Origin = z.object({
  kind: z.enum(["jira", "webhook", "slack"]),
  /** The integration, as the configuration calls it. */
  place: z.string().min(1).max(60),
  /** What it is called there, as `SHOP-12`. */
  key: z.string().min(1).max(200),
  url: z.string().max(2_000).nullable(),
});
export type Origin = z.infer<typeof Origin>;

/** Words of a person that are on their way to Claude. */
export const Unheard = z.object({ by: z.string(), text: z.string(), at: Instant });
export type Unheard = z.infer<typeof Unheard>;

/** Something a person wants done to a repository, as programs outside the control plane see it. */
export const Task = z.object({
  id: z.int().positive(),
  name: TaskName,
  repository: RepositoryName,
  /** Where the repository lies on the control plane's machine; absent for one on GitHub. */
  folder: z.string().optional(),
  /** What the work starts from and goes back to, where that was decided for the task. */
  base: z.string().optional(),
  issue: z.object({ number: z.int().positive(), url: z.string() }).nullable(),
  origin: Origin.optional(),
  title: z.string(),
  requestedBy: z.string(),
  priority: Priority,
  status: TaskStatus,
  conclusion: TaskConclusion.nullable(),
  reason: Reason.nullable(),
  branch: z.string().nullable(),
  pullRequest: PullRequest.nullable(),
  /** What people have said to the session and it has not heard yet, the oldest first; absent where there is nothing. */
  unheard: z.array(Unheard).optional(),
  /** What others say of the pull request, as far as GitHub has told. */
  verdicts: Verdicts.optional(),
  /** The issue's labels when it was labelled for us, and what it needs of a runner. */
  labels: z.array(z.string()).optional(),
  costUsd: z.number(),
  createdAt: Instant,
  updatedAt: Instant,
  runs: z.array(Run),
  /** What whoever asks may do to it; absent where that is everything. */
  may: z.array(TaskDeed).optional(),
});
export type Task = z.infer<typeof Task>;

/** One thing that has to be so for the work on a task to go on. */
export const Gate = z.object({
  isOpen: z.boolean(),
  sentence: z.string(),
  /** What a person can do; null where nothing is needed. */
  advice: z.string().nullable(),
});
export type Gate = z.infer<typeof Gate>;
