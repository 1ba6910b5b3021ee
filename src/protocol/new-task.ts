import { z } from "zod";
import { Priority } from "./task.ts";
import { RepositoryName, Sha, TaskName } from "./words.ts";

/** An open issue that is to be taken up as if the operator had labelled it. */
export const IssueWish = z.object({
  repository: RepositoryName,
  issue: z.int().positive(),
  priority: Priority.optional(),
  /** A plan comes first, and waits for approval. */
  plan: z.boolean().optional(),
});
export type IssueWish = z.infer<typeof IssueWish>;

/** A wish in a person's own words, about a repository on the control plane's own machine. */
export const LocalWish = z.object({
  /** Somewhere in its working copy; absolute. */
  folder: z.string().startsWith("/").max(4_000),
  title: z.string().trim().min(1).max(300),
  body: z.string().max(100_000).optional(),
  by: z.string().min(1).max(100),
  /** The branch that is to hold the work, which must not be there; else the policy's template names it. */
  branch: z.string().max(200).optional(),
  /** Where the work starts; the branch that is checked out unless given. */
  base: z.string().max(200).optional(),
  priority: Priority.optional(),
  model: z.string().min(1).max(100).optional(),
  usd: z.number().min(0.01).max(1_000).optional(),
  /** Tasks that have to be done before. */
  needs: z.array(TaskName).max(50).optional(),
  /** A plan comes first, and waits for approval; else as the policy says. */
  plan: z.boolean().optional(),
  /** Queues its first run at once; without, it waits for somebody to start it. */
  run: z.boolean().optional(),
});
export type LocalWish = z.infer<typeof LocalWish>;

/** What may be changed of a task; what is absent stays. */
export const TaskEdit = LocalWish.pick({ title: true, body: true, priority: true, model: true, usd: true }).partial({
  title: true,
});
export type TaskEdit = z.infer<typeof TaskEdit>;

/** A pull request that a person has opened of the branch of a task of the control plane's own machine. */
export const OpenedPullRequest = z.object({
  by: z.string().max(100),
  /** Where it is on GitHub. */
  repository: RepositoryName,
  number: z.int().positive(),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  draft: z.boolean(),
  headSha: Sha.nullable(),
});
export type OpenedPullRequest = z.infer<typeof OpenedPullRequest>;

export const NewTask = z.union([IssueWish, LocalWish]);
export type NewTask = z.infer<typeof NewTask>;
