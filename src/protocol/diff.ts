import { z } from "zod";
import { Sha } from "./words.ts";

/** A file as a branch changes it. */
export const DiffFile = z.object({
  path: z.string(),
  /** Where it was before, when it was moved. */
  before: z.string().nullable(),
  state: z.enum(["added", "removed", "modified", "renamed"]),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
  /** Hunks in the unified format; null for a binary file, or one that changes too much to be shown. */
  patch: z.string().nullable(),
});
export type DiffFile = z.infer<typeof DiffFile>;

/** What a branch changes over its base. */
export const Diff = z.object({
  headSha: Sha,
  files: z.array(DiffFile),
  /** There are more files than were given. */
  isCut: z.boolean(),
});
export type Diff = z.infer<typeof Diff>;

/** Something that somebody has to say about a line of a diff; line 0 is the file as a whole. */
export const Remark = z.object({
  path: z.string().min(1).max(1_000),
  line: z.int().min(0),
  /** The line as it stands there. */
  quote: z.string().max(500),
  text: z.string().trim().min(1).max(4_000),
});
export type Remark = z.infer<typeof Remark>;
