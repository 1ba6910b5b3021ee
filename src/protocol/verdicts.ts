import { z } from "zod";
import { Instant, Sha } from "./words.ts";

/** A check of another app, or a commit status, on the head of a pull request. */
export const Check = z.object({
  /** GitHub's id of the check run; null for a commit status. */
  id: z.int().positive().nullable(),
  app: z.string().max(100),
  name: z.string().max(300),
  state: z.enum(["pending", "passed", "failed", "skipped"]),
  url: z.string().max(2_000).nullable(),
});
export type Check = z.infer<typeof Check>;

/** The last word of one reviewer. */
export const Review = z.object({
  author: z.string().max(100),
  state: z.enum(["approved", "changes_requested", "commented", "dismissed"]),
  at: Instant,
});
export type Review = z.infer<typeof Review>;

/** What others say of a task's pull request, as far as GitHub has told. */
export const Verdicts = z.object({
  /** The commit that the checks are of. */
  headSha: Sha,
  checks: z.array(Check),
  reviews: z.array(Review),
  /** Whether it can be merged without a conflict; null while nobody has said so of this commit. */
  mergeable: z.boolean().nullable(),
});
export type Verdicts = z.infer<typeof Verdicts>;
