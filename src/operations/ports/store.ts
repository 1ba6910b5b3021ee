import type { AuditLog } from "./audit.ts";
import type { Commands, Replies } from "./commands.ts";
import type { Deliveries } from "./deliveries.ts";
import type { FollowUps } from "./follow-ups.ts";
import type { Jobs } from "./jobs.ts";
import type { Marks } from "./marks.ts";
import type { Policies } from "./policies.ts";
import type { Reconciling } from "./reconciling.ts";
import type { RegistrationTokens, Runners } from "./runners.ts";
import type { SessionEnds } from "./session-ends.ts";
import type { Notices, Surfaces } from "./surfaces.ts";
import type { Needs, Runs, Tasks } from "./tasks.ts";
import type { Verdicts } from "./verdicts.ts";
import type { Messages } from "./webhooks.ts";
import type { Words } from "./words.ts";

/** The database. Every method is synchronous: a transaction never waits for anything outside. */
export interface Store {
  /** All of `work`, or nothing of it. */
  transaction<T>(work: () => T): T;
  deliveries: Deliveries;
  policies: Policies;
  tasks: Tasks;
  runs: Runs;
  needs: Needs;
  runners: Runners;
  registrationTokens: RegistrationTokens;
  surfaces: Surfaces;
  notices: Notices;
  commands: Commands;
  replies: Replies;
  audit: AuditLog;
  followUps: FollowUps;
  words: Words;
  reconciling: Reconciling;
  messages: Messages;
  jobs: Jobs;
  marks: Marks;
  verdicts: Verdicts;
  sessionEnds: SessionEnds;
}
