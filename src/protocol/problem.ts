import { z } from "zod";

/**
 * Why a request was not carried out (RFC 9457, `application/problem+json`).
 * `code` is for programs; `title` says what happened, `advice` what to do.
 */
export const Problem = z.object({
  status: z.int().min(400).max(599),
  code: z.string(),
  title: z.string(),
  advice: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
