import type { Badge } from "#domain/commit-status.ts";
import type { ChecksOnHead, FailingCheck, PullRequestFacts, SubmittedReview } from "#domain/follow-up.ts";
import type { CheckFailure } from "#domain/follow-up-brief.ts";
import type { Actor } from "#domain/happening.ts";
import type { LinkedIssue } from "#domain/links.ts";
import type { CheckRunPicture, PullRequestPicture, StateLabel } from "#domain/picture.ts";
import type { RunFacts } from "#domain/run.ts";
import type { RepositoryRef } from "#domain/task.ts";
import type { Diff } from "#protocol/diff.ts";
import type { Role } from "#protocol/policy.ts";
import type { Commit } from "#protocol/report.ts";
import type { PullRequest } from "#protocol/task.ts";

/** An issue as GitHub shows it now. */
export type IssueNow = {
  title: string;
  body: string;
  url: string;
  nodeId: string;
  isOpen: boolean;
  labels: string[];
  comments: { author: string; isBot: boolean; createdAt: number; updatedAt: number; body: string }[];
};

export type PullRequestNow = PullRequest & { closedBy: string | null; updatedAt: number };

export type RepositoryNow = { name: string; isPrivate: boolean; defaultBranch: string; cloneUrl: string };

/** An open issue with the issue label, as a list shows it. */
export type ListedIssue = { number: number; title: string; body: string; labels: string[]; updatedAt: number };

/** Who put a label on last, or took it off, and when. */
export type Labelling = { isOn: boolean; actor: Actor; at: number };

/** A failed attempt of GitHub's to tell us something that we understand. */
export type FailedDelivery = { id: number; guid: string; at: number };

/** A branch's commits that its base has not. */
export type BranchWork = { headSha: string; commits: Commit[]; diff: NonNullable<RunFacts["diff"]> };

/** Where a pull request stands. */
export type PullRequestHead = Pick<PullRequestFacts, "isOpen" | "headSha" | "base" | "mergeable">;

/** A comment on a line of a pull request's change. */
export type ReviewComment = {
  id: number;
  /** The review that it was submitted with. */
  review: number | null;
  /** The comment that its thread began with; null when it is that itself. */
  inReplyTo: number | null;
  author: string;
  path: string;
  line: number | null;
  startLine: number | null;
  hunk: string;
  body: string;
};

/** GitHub will not take any more calls of this installation until `until`. */
export class GitHubBusyError extends Error {
  readonly until: number;
  constructor(until: number, message: string) {
    super(message);
    this.name = "GitHubBusyError";
    this.until = until;
  }
}

/** GitHub refused for good: gone, not allowed or not valid. Trying again changes nothing. */
export class GitHubRefusedError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "GitHubRefusedError";
    this.status = status;
  }
}

/** A reaction as GitHub's API calls it. */
export type Reaction = "eyes" | "+1" | "-1";

/** GitHub takes none of our calls any more: the token was revoked or has expired. Everything waits for another one. */
export class TokenRefusedError extends GitHubBusyError {
  constructor(until: number, message: string) {
    super(until, message);
    this.name = "TokenRefusedError";
  }
}

/** A comment somewhere in a repository. */
export type ListedComment = {
  id: string;
  /** The number of the issue or pull request under which it stands. */
  thread: number;
  isPullRequest: boolean;
  author: Actor;
  /** We wrote it ourselves. */
  isOurs: boolean;
  body: string;
  createdAt: number;
  updatedAt: number;
};

/**
 * GitHub, as an installation of our app, or in the name of whoever gave a token. All other failures are thrown as they come
 * and may be tried again.
 */
export interface GitHub {
  /** What it lets us write beside a commit; the methods about check runs write that. */
  readonly badge: Badge;
  /** Whether we are told by webhooks what happens; otherwise only looking shows it. */
  readonly tells: boolean;
  /** Our own login: the bot's, or that of whoever gave the token. @throws GitHubRefusedError when GitHub does not know the app by this id and key */
  whoAmI(): Promise<string>;
  /** The person's role now; `none` when no collaborator. */
  roleOf(repository: RepositoryRef, login: string): Promise<Role>;
  repository(repository: RepositoryRef): Promise<RepositoryNow>;
  /** The repository's id and installation by its name. */
  find(name: string): Promise<RepositoryRef>;
  /** The file on the default branch; null when there is none. `path`: another one than the usual. */
  policyText(repository: RepositoryRef, path?: string): Promise<string | null>;
  issue(repository: RepositoryRef, number: number): Promise<IssueNow>;
  /** Puts 👀 on the issue; harmless when it is there. */
  acknowledge(repository: RepositoryRef, issue: number): Promise<void>;
  /** Our own comment that holds the marker. */
  findComment(repository: RepositoryRef, issue: number, marker: string): Promise<string | null>;
  createComment(repository: RepositoryRef, issue: number, body: string): Promise<string>;
  updateComment(repository: RepositoryRef, id: string, body: string): Promise<void>;
  /** Puts a reaction of ours on a comment; harmless when it is there. */
  react(repository: RepositoryRef, comment: string, content: Reaction): Promise<void>;
  /** Makes `label` the only state label on the issue, leaving all others alone; null takes all of them off. */
  showLabel(
    repository: RepositoryRef,
    issue: number,
    label: StateLabel | null,
    before: StateLabel | null,
  ): Promise<void>;
  findCheckRun(repository: RepositoryRef, picture: CheckRunPicture): Promise<string | null>;
  createCheckRun(repository: RepositoryRef, picture: CheckRunPicture): Promise<string>;
  updateCheckRun(repository: RepositoryRef, id: string, picture: CheckRunPicture): Promise<void>;
  /** The pull request of the branch, whatever its state, newest first. */
  findPullRequest(repository: RepositoryRef, branch: string): Promise<PullRequest | null>;
  openPullRequest(repository: RepositoryRef, picture: PullRequestPicture): Promise<PullRequest>;
  updatePullRequest(repository: RepositoryRef, number: number, picture: PullRequestPicture): Promise<void>;
  /** Leaves the draft state. */
  markReady(repository: RepositoryRef, number: number): Promise<void>;
  /**
   * Every repository that the app is installed on, with the time of its last push.
   * @param onRefused told why GitHub refuses to list those of one installation, which are left out
   */
  repositories(onRefused: (why: string) => void): Promise<(RepositoryRef & { pushedAt: number })[]>;
  /** Whether the app is installed on the repository of this name, and not suspended there. */
  isInstalled(repository: RepositoryRef): Promise<boolean>;
  /** The open issues with that label; pull requests are left out. */
  labelledIssues(repository: RepositoryRef, label: string): Promise<ListedIssue[]>;
  /** Null when the issue is gone: deleted, or moved to another repository. */
  issueState(
    repository: RepositoryRef,
    number: number,
  ): Promise<{ isOpen: boolean; labels: string[]; closedBy: string | null; updatedAt: number } | null>;
  /** The issues that block this one, and its sub-issues; none where the issue is gone. */
  linkedIssues(
    repository: RepositoryRef,
    number: number,
  ): Promise<{ blockers: LinkedIssue[]; children: LinkedIssue[] }>;
  /** The last time that the label was put on or taken off; null when it never was. `renamedAt`: the title's last change. */
  labelling(
    repository: RepositoryRef,
    issue: number,
    label: string,
  ): Promise<{ last: Labelling | null; renamedAt: number }>;
  /** When the issue's text was last edited; 0 for never. */
  editedAt(repository: RepositoryRef, issue: number): Promise<number>;
  /** The pull requests with these numbers, as far as they are there. */
  pullRequests(repository: RepositoryRef, numbers: readonly number[]): Promise<PullRequestNow[]>;
  /** Null when it is gone. */
  pullRequestHead(repository: RepositoryRef, number: number): Promise<PullRequestHead | null>;
  /** The checks and statuses of others on a commit. */
  checksOn(repository: RepositoryRef, sha: string): Promise<ChecksOnHead>;
  /** What GitHub tells of a failed check. Outside text, with whatever was printed. */
  checkFailure(repository: RepositoryRef, check: FailingCheck): Promise<CheckFailure>;
  reviewsOf(repository: RepositoryRef, number: number): Promise<SubmittedReview[]>;
  reviewComments(repository: RepositoryRef, number: number): Promise<ReviewComment[]>;
  replyInThread(repository: RepositoryRef, number: number, comment: number, body: string): Promise<void>;
  /** Resolves the threads that begin with these comments. */
  resolveThreads(repository: RepositoryRef, number: number, comments: readonly number[]): Promise<void>;
  askForReview(repository: RepositoryRef, number: number, login: string): Promise<void>;
  /** Deletes the branch if it still stands at that commit. */
  deleteBranch(repository: RepositoryRef, branch: string, sha: string): Promise<void>;
  /** Every comment of the repository that was written or changed at that time or later, the oldest change first. */
  commentsSince(repository: RepositoryRef, since: number): Promise<ListedComment[]>;
  /** The text of a comment; null when it is gone. */
  commentText(repository: RepositoryRef, id: string): Promise<string | null>;
  /** Null when it is gone. */
  checkRunState(
    repository: RepositoryRef,
    id: string,
  ): Promise<{ status: string; conclusion: string | null; headSha: string } | null>;
  /** What the branch has over its base; null when there is no such branch, or nothing on it. */
  branchDiff(repository: RepositoryRef, branch: string, base: string | null): Promise<Diff | null>;
  /** The same in numbers. */
  branchWork(repository: RepositoryRef, branch: string, base: string | null): Promise<BranchWork | null>;
  /** What GitHub failed to tell us since `since` and did not tell since then. */
  failedDeliveries(since: number): Promise<FailedDelivery[]>;
  redeliver(id: number): Promise<void>;
  /** Starts a workflow on that branch. @returns its run's id, 0 where GitHub does not say it */
  startJob(
    repository: RepositoryRef,
    workflow: string,
    branch: string,
    inputs: Readonly<Record<string, string>>,
  ): Promise<{ id: number; url: string }>;
  stopJob(repository: RepositoryRef, workflowRun: number): Promise<void>;
  /** A token for this one repository, contents only. */
  credential(
    repository: RepositoryRef,
    access: "read" | "write",
  ): Promise<{ username: string; password: string; expiresAt: string }>;
}
