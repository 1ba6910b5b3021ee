import { z } from "zod";

/** `owner/name`, as GitHub spells it. */
export const RepositoryName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/);
export type RepositoryName = z.infer<typeof RepositoryName>;

/** `TASK-12`: how people and URLs name a task. */
export const TaskName = z.string().regex(/^TASK-[1-9][0-9]{0,8}$/);
export type TaskName = z.infer<typeof TaskName>;

/** A full git object name. */
export const Sha = z.string().regex(/^[0-9a-f]{40}$/);
export type Sha = z.infer<typeof Sha>;

/** An instant as ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

export const RunStatus = z.enum(["queued", "in_progress", "waiting", "completed"]);
export type RunStatus = z.infer<typeof RunStatus>;

export const TaskStatus = z.enum(["queued", "blocked", "in_progress", "waiting", "in_review", "completed"]);
export type TaskStatus = z.infer<typeof TaskStatus>;

export const TaskConclusion = z.enum(["success", "failure", "cancelled", "timed_out"]);
export type TaskConclusion = z.infer<typeof TaskConclusion>;

export const RunConclusion = z.enum([...TaskConclusion.options, "lost"]);
export type RunConclusion = z.infer<typeof RunConclusion>;

/** What a run is for. */
export const Purpose = z.enum(["implement", "plan", "fix_checks", "address_review", "resolve_conflicts", "continue"]);
export type Purpose = z.infer<typeof Purpose>;

/**
 * Why something waits, stopped or failed. The code is for programs, the sentence says what happened,
 * the advice what a person can do. The first reason given to a run is kept.
 */
export const Reason = z.object({
  code: z.string().regex(/^[a-z][a-z0-9_]{0,60}$/),
  sentence: z.string().max(2_000),
  advice: z.string().max(2_000).optional(),
  /** When it is over by itself, as with a usage limit. */
  until: Instant.optional(),
});
export type Reason = z.infer<typeof Reason>;
