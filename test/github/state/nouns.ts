import type { BareRepository } from "../git/bare.ts";
import type { AppIdentity } from "./world.ts";

/** What the stand-in remembers. Renderers turn these into GitHub's JSON; nothing here is a wire shape. */

export type RoleName = "read" | "triage" | "write" | "maintain" | "admin";
export type Level = "read" | "write";
export type Permissions = Record<string, Level>;

export interface User {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization";
  name: string;
  email: string;
  createdAt: Date;
}

export interface Label {
  id: number;
  name: string;
  /** Six hexadecimal digits. */
  color: string;
  description: string | null;
  isDefault: boolean;
}

export interface Reaction {
  id: number;
  user: User;
  content: string;
  createdAt: Date;
}

export interface Comment {
  id: number;
  body: string;
  user: User;
  /** Written through an App's installation. */
  byApp: boolean;
  createdAt: Date;
  updatedAt: Date;
  reactions: Reaction[];
}

export interface TimelineEvent {
  id: number;
  event: string;
  actor: User;
  createdAt: Date;
  label?: Label;
  rename?: { from: string; to: string };
  commitId?: string;
  assignee?: User;
}

/** What issues and pull requests share: they count in one row of numbers. */
export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  user: User;
  byApp: boolean;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  labels: Label[];
  assignees: User[];
  comments: Comment[];
  reactions: Reaction[];
  timeline: TimelineEvent[];
  locked: boolean;
  /** When the text was last edited; absent for never. Titles have their own event. */
  bodyEditedAt?: Date;
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  closedBy: User | null;
  /** Issues that must be closed first. */
  blockedBy: Issue[];
  /** Its sub-issues. */
  children: Issue[];
  pull: Pull | null;
}

export interface PullStats {
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
  mergeable: boolean;
}

export interface Pull {
  id: number;
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  mergedAt: Date | null;
  mergedBy: User | null;
  mergeCommitSha: string | null;
  requestedReviewers: User[];
  reviews: Review[];
  reviewComments: ReviewComment[];
  threads: ReviewThread[];
  /** Counted by git when head or base moves, so that rendering stays synchronous. */
  stats: PullStats;
}

export type PullIssue = Issue & { pull: Pull };

export type ReviewState = "PENDING" | "COMMENTED" | "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED";

export interface Review {
  id: number;
  user: User;
  body: string;
  state: ReviewState;
  commitId: string;
  submittedAt: Date;
}

/** Only GraphQL knows threads; REST shows their comments. */
export interface ReviewThread {
  id: number;
  resolvedBy: User | null;
}

export interface ReviewComment {
  id: number;
  reviewId: number;
  user: User;
  byApp: boolean;
  body: string;
  path: string;
  line: number | null;
  startLine: number | null;
  side: "LEFT" | "RIGHT";
  diffHunk: string;
  commitId: string;
  originalCommitId: string;
  inReplyTo: number | null;
  thread: ReviewThread;
  createdAt: Date;
  updatedAt: Date;
  reactions: Reaction[];
}

export interface CheckAction {
  label: string;
  description: string;
  identifier: string;
}

export interface CheckAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: string;
  title: string | null;
  message: string;
  raw_details: string | null;
}

export interface CheckRun {
  id: number;
  suite: CheckSuite;
  name: string;
  headSha: string;
  status: string;
  conclusion: string | null;
  externalId: string;
  detailsUrl: string | null;
  startedAt: Date;
  completedAt: Date | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: CheckAnnotation[];
  actions: CheckAction[];
  /** The job of GitHub Actions that it shows, under the same id. */
  job?: Job;
}

/** A step's lines are what it printed, as the job's log has them but for the times. */
export interface Job {
  steps: { name: string; conclusion: string; lines: readonly string[] }[];
}

export interface CheckSuite {
  id: number;
  app: AppIdentity;
  headSha: string;
  headBranch: string | null;
  before: string | null;
  createdAt: Date;
  updatedAt: Date;
  rerequestable: boolean;
}

export interface CommitStatus {
  id: number;
  sha: string;
  state: string;
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: User;
  createdAt: Date;
}

export interface WorkflowDispatch {
  workflow: string;
  ref: string;
  inputs: Record<string, unknown>;
  runId: number;
  isCancelled?: boolean;
  at: Date;
}

export interface Repository {
  id: number;
  owner: User;
  name: string;
  private: boolean;
  description: string | null;
  defaultBranch: string;
  installed: boolean;
  /** By login; the owner is always an admin. */
  roles: Map<string, RoleName>;
  /** By lower-case name: GitHub's labels ignore case. */
  labels: Map<string, Label>;
  issues: Map<number, Issue>;
  checkSuites: CheckSuite[];
  checkRuns: CheckRun[];
  statuses: CommitStatus[];
  dispatches: WorkflowDispatch[];
  git: BareRepository;
  createdAt: Date;
  updatedAt: Date;
  pushedAt: Date;
}

/** Who acts: a person, or the App through its installation. */
export interface Sender {
  user: User;
  byApp: boolean;
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}
