import type { Actor, Happening } from "#domain/happening.ts";
import type { CheckRunPicture, PullRequestPicture, StateLabel } from "#domain/picture.ts";
import type { NewRun, RunFacts } from "#domain/run.ts";
import type { NewTask, RepositoryRef, TaskFacts } from "#domain/task.ts";
import type { Policy, Role } from "#protocol/policy.ts";
import type { Commit, LogLine } from "#protocol/report.ts";
import type { PullRequest } from "#protocol/task.ts";
import type { Reason } from "#protocol/words.ts";

/** Milliseconds since 1970 in UTC. */
export type Clock = () => number;

export type Delivery = {
  guid: string;
  hookId: string;
  event: string;
  action: string | null;
  receivedAt: number;
  /** Null where the event asks for nothing. */
  happening: Happening | null;
};

/** A delivery that waits to be worked; `id` is its place in order of arrival. */
export type PendingDelivery = Delivery & { id: number; tries: number };

export type RunnerFacts = {
  id: number;
  name: string;
  credentialHash: string;
  labels: string[];
  slots: number;
  version: string;
  sandbox: "bubblewrap" | "unshare" | "none";
  repositories: string[];
  draining: boolean;
  heartbeatAt: number | null;
  freeMemoryBytes: number | null;
  freeDiskBytes: number | null;
  /** Why it claims nothing although it is there, by its own word. */
  notClaiming: Reason | null;
  registeredAt: number;
};

/** What was last written to one place on GitHub. */
export type Written = {
  taskId: number;
  /** `reaction`, `comment`, `label`, `pull_request`, or `check:<sha>` */
  place: string;
  /** GitHub's id of it, where it has one. */
  remoteId: string | null;
  /** The picture as written, in JSON: the next one is compared with it. */
  picture: string;
  writtenAt: number;
};

/** A one-time reply to somebody whose wish was refused; written once per issue and code. */
export type Notice = {
  id: number;
  repository: RepositoryRef;
  issue: number;
  code: string;
  body: string;
};

/** Instants by GitHub's clock, 0 for never. */
export type JudgedLabel = {
  /** The newest labelling that was judged, however we came to know of it. */
  judgedAt: number;
  /** The newest one that reconciling found by itself: its delivery, should it come late, asks for nothing more. */
  foundAt: number;
  /** The issue's last change when its events were last read. */
  lookedAt: number;
};

/** What came of one command; a comment's first is number 0. */
export type CommandRecord = {
  repositoryId: number;
  comment: string;
  ordinal: number;
  /** The number of the issue or pull request under which it was written. */
  thread: number;
  by: string;
  /** The line, as its author wrote it, or what stood for it. */
  line: string;
  isDone: boolean;
  /** Markdown of ours, safe to post; null where the reaction says enough. */
  answer: string | null;
  at: number;
};

/** The one comment with our answers under an issue or pull request. */
export type Reply = {
  repository: RepositoryRef;
  thread: number;
  /** GitHub's id of the comment; null until it is written. */
  remoteId: string | null;
  body: string;
};

export type KnownPolicy = { repositoryId: number; text: string; policy: Policy };

/** The database. Every method is synchronous: a transaction never waits for anything outside. */
export interface Store {
  /** All of `work`, or nothing of it. */
  transaction<T>(work: () => T): T;
  deliveries: {
    /** False when the GUID is known for this hook. */
    insert(delivery: Delivery): boolean;
    /** Whether a delivery with this GUID has come in, by whatever hook. */
    isKnown(guid: string): boolean;
    nextPending(now: number): PendingDelivery | null;
    /** When the oldest pending comment under the same issue or pull request that came before this delivery is due. */
    earlierComment(id: number, place: { repositoryId: number; thread: number }): number | null;
    /** When the next one is due, or null when none is pending. */
    nextPendingAt(): number | null;
    finish(id: number, outcome: "done" | "failed", note: string | null): void;
    /** Tries again at `at`. */
    postpone(id: number, at: number, note: string): void;
    /** Forgets what was finished and came in before `at`. @returns how many */
    forgetBefore(at: number): number;
  };
  policies: {
    get(repositoryId: number): KnownPolicy | null;
    put(known: KnownPolicy): void;
    /** When a known policy was last compared with the repository; 0 for never. */
    readAt(repositoryId: number): number;
    touch(repositoryId: number, at: number): void;
  };
  tasks: {
    insert(task: NewTask): TaskFacts;
    get(id: number): TaskFacts | null;
    byIssue(repositoryId: number, issue: number): TaskFacts | null;
    byPullRequest(repositoryId: number, number: number): TaskFacts | null;
    update(task: TaskFacts): void;
    list(filter: { repository?: string | undefined; limit: number }): TaskFacts[];
    /** The tasks of a repository that may still change: with a living run, an open pull request, or touched since `since`. */
    current(repositoryId: number, since: number): TaskFacts[];
    /** The repositories of all tasks, each once, as last known. */
    repositories(): RepositoryRef[];
  };
  runs: {
    insert(run: NewRun): RunFacts;
    get(id: number): RunFacts | null;
    update(run: RunFacts): void;
    ofTask(taskId: number): RunFacts[];
    queued(): RunFacts[];
    /** In progress or waiting under a lease. */
    held(): RunFacts[];
    heldBy(runnerId: number): RunFacts[];
  };
  runners: {
    insert(runner: Omit<RunnerFacts, "id">): RunnerFacts;
    byCredential(hash: string): RunnerFacts | null;
    byName(name: string): RunnerFacts | null;
    get(id: number): RunnerFacts | null;
    update(runner: RunnerFacts): void;
    list(): RunnerFacts[];
  };
  registrationTokens: {
    insert(hash: string, expiresAt: number): void;
    /** True once: the token was there, unused and not expired. */
    use(hash: string, now: number): boolean;
    /** Forgets those that can register nobody any more. */
    forgetBefore(at: number): number;
  };
  surfaces: {
    get(taskId: number, place: string): Written | null;
    ofTask(taskId: number): Written[];
    put(written: Written): void;
    remove(taskId: number, place: string): void;
    /** The task's surfaces are to be looked at, at `at` or earlier. */
    markDue(taskId: number, at: number): void;
    /** Task ids due at `now`, the longest due first. */
    due(now: number): { taskId: number; dueAt: number; tries: number }[];
    /** When the next one is due that was not handed out by `due`, or null. */
    nextDueAt(): number | null;
    /** Applied: no longer due unless it was marked again with another `dueAt`. */
    settle(taskId: number, dueAt: number): void;
    postpone(taskId: number, at: number): void;
  };
  notices: {
    /** Nothing when this issue has had a notice with this code. */
    insert(notice: Omit<Notice, "id">): void;
    unwritten(): Notice[];
    written(id: number): void;
  };
  commands: {
    /** Nothing when the command has been recorded. */
    insert(command: CommandRecord): void;
    /** What came of a comment's commands so far, in their order. */
    ofComment(repositoryId: number, comment: string): CommandRecord[];
    /** The newest that were answered since `since` under the issue or pull request, at most `limit`, the oldest first. */
    answered(repositoryId: number, thread: number, since: number, limit: number): CommandRecord[];
    /** Forgets what came in before `at`: GitHub does not tell it again. @returns how many */
    forgetBefore(at: number): number;
  };
  replies: {
    /** What the reply has to say from now on. */
    put(reply: Omit<Reply, "remoteId">): void;
    /** Those of which GitHub does not show the newest. */
    unwritten(): Reply[];
    /** GitHub shows `body` in comment `remoteId`. */
    written(reply: Reply, remoteId: string | null): void;
  };
  reconciling: {
    /** How far the labelling of an issue is known. */
    judged(repositoryId: number, issue: number): JudgedLabel;
    /** Raises these instants; none ever goes back. */
    judge(repositoryId: number, issue: number, at: Partial<JudgedLabel>): void;
    /** True the first time that the delivery is to be asked for again. */
    askAgain(guid: string, at: number): boolean;
    /** True the first time that this is repaired for this cause. */
    repair(taskId: number, place: string, cause: string, at: number): boolean;
    /** When the task's surfaces were last read back; 0 for never. */
    readBackAt(taskId: number): number;
    readBack(taskId: number, at: number): void;
    /** Forgets deliveries that were asked for again before `at`: GitHub does not know them any more. */
    forgetBefore(at: number): number;
  };
}

/** The logs of runs: files, appended as they come. */
export interface Logs {
  append(taskId: number, runId: number, lines: readonly LogLine[]): void;
  /** The last `tail` lines of all the task's runs, oldest first. */
  read(taskId: number, tail: number): Promise<LogLine[]>;
  /** Ids of the tasks with a log. */
  tasks(): Promise<number[]>;
  remove(taskId: number): Promise<void>;
}

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
export type ListedIssue = { number: number; labels: string[]; updatedAt: number };

/** Who put a label on last, or took it off, and when. */
export type Labelling = { isOn: boolean; actor: Actor; at: number };

/** A failed attempt of GitHub's to tell us something that we understand. */
export type FailedDelivery = { id: number; guid: string; at: number };

/** A branch's commits that its base has not. */
export type BranchWork = { headSha: string; commits: Commit[]; diff: NonNullable<RunFacts["diff"]> };

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

/** GitHub, as an installation of our app. All other failures are thrown as they come and may be tried again. */
export interface GitHub {
  /** The login of our own bot. @throws GitHubRefusedError when GitHub does not know the app by this id and key */
  whoAmI(): Promise<string>;
  /** The person's role now; `none` when no collaborator. */
  roleOf(repository: RepositoryRef, login: string): Promise<Role>;
  repository(repository: RepositoryRef): Promise<RepositoryNow>;
  /** The repository's id and installation by its name. */
  find(name: string): Promise<RepositoryRef>;
  /** The file on the default branch; null when there is none. */
  policyText(repository: RepositoryRef): Promise<string | null>;
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
  /** Every repository that the app is installed on, with the time of its last push. */
  repositories(): Promise<(RepositoryRef & { pushedAt: number })[]>;
  /** The open issues with that label; pull requests are left out. */
  labelledIssues(repository: RepositoryRef, label: string): Promise<ListedIssue[]>;
  /** Null when the issue is gone: deleted, or moved to another repository. */
  issueState(
    repository: RepositoryRef,
    number: number,
  ): Promise<{ isOpen: boolean; labels: string[]; closedBy: string | null; updatedAt: number } | null>;
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
  /** The text of a comment; null when it is gone. */
  commentText(repository: RepositoryRef, id: string): Promise<string | null>;
  /** Null when it is gone. */
  checkRunState(
    repository: RepositoryRef,
    id: string,
  ): Promise<{ status: string; conclusion: string | null; headSha: string } | null>;
  /** What the branch has over its base; null when there is no such branch, or nothing on it. */
  branchWork(repository: RepositoryRef, branch: string, base: string | null): Promise<BranchWork | null>;
  /** What GitHub failed to tell us since `since` and did not tell since then. */
  failedDeliveries(since: number): Promise<FailedDelivery[]>;
  redeliver(id: number): Promise<void>;
  /** A token for this one repository, contents only. */
  credential(
    repository: RepositoryRef,
    access: "read" | "write",
  ): Promise<{ username: string; password: string; expiresAt: string }>;
}

/** Whoever wants to know at once that something changed. */
export interface Bell {
  /** A run may have become claimable. */
  queue(): void;
  /** A delivery, a due surface or a notice waits. */
  work(): void;
  task(taskId: number): void;
  runner(runnerId: number): void;
  log(taskId: number, runId: number, lines: readonly LogLine[]): void;
}

/** What the operator has decided. */
export type Operator = {
  publicRepositories: readonly string[];
  /** Where people look: the dashboard's base URL, or null when it is not reachable for them. */
  dashboardUrl: string | null;
  retryBaseMs: number;
  /** Progress is written to GitHub at most this often per task. */
  progressIntervalMs: number;
  /** Who the commits are by. */
  author: { name: string; email: string };
  /** Key of the hidden markers in what we write. */
  markerKey: string;
};

/** All that an operation may need from outside. */
export type World = {
  store: Store;
  logs: Logs;
  github: GitHub;
  bell: Bell;
  clock: Clock;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  newSessionId: () => string;
  /** A secret of 256 bits in URL-safe letters. */
  newSecret: () => string;
  operator: Operator;
};
