import { z } from "zod";
import { RepositoryName } from "./words.ts";

/** What was found to differ in one repository, and was set right. */
export const RepositoryReport = z.object({
  repository: RepositoryName,
  /** Issues whose label was never told to us. */
  submitted: z.array(z.int()),
  /** Issues that were closed or lost the label without our being told. */
  withdrawn: z.array(z.int()),
  /** Pull requests that were merged, closed, reopened or made ready without our being told. */
  followed: z.array(z.int()),
  /** Pull requests where something waits that nobody told us of, and that are looked at now: `TASK-12 review`. */
  due: z.array(z.string()),
  /** Branches that had work and no pull request. */
  opened: z.array(z.string()),
  /** What GitHub showed differently from what was written: `TASK-12 comment: deleted`. */
  repaired: z.array(z.string()),
  /** Why a part could not be looked at; it is looked at again next time. */
  problems: z.array(z.string()),
});
export type RepositoryReport = z.infer<typeof RepositoryReport>;

/** What a look at everything has found. */
export const ReconcileReport = z.object({
  repositories: z.array(RepositoryReport),
  /** Deliveries that GitHub was asked to send again. */
  redelivered: z.int().min(0),
  /** Leases that were past their time. */
  leases: z.int().min(0).default(0),
  problems: z.array(z.string()),
});
export type ReconcileReport = z.infer<typeof ReconcileReport>;
