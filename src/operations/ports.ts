import type { Happening } from "#domain/happening.ts";
import type { CheckRunPicture, PullRequestPicture, StateLabel } from "#domain/picture.ts";
import type { NewRun, RunFacts } from "#domain/run.ts";
import type { NewTask, RepositoryRef, TaskFacts } from "#domain/task.ts";
import type { Policy, Role } from "#protocol/policy.ts";
import type { LogLine } from "#protocol/report.ts";
import type { PullRequest } from "#protocol/task.ts";

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

export type KnownPolicy = { repositoryId: number; text: string; policy: Policy };

/** The database. Every method is synchronous: a transaction never waits for anything outside. */
export interface Store {
  /** All of `work`, or nothing of it. */
  transaction<T>(work: () => T): T;
  deliveries: {
    /** False when the GUID is known for this hook. */
    insert(delivery: Delivery): boolean;
    nextPending(now: number): PendingDelivery | null;
    /** When the next one is due, or null when none is pending. */
    nextPendingAt(): number | null;
    finish(id: number, outcome: "done" | "failed", note: string | null): void;
    /** Tries again at `at`. */
    postpone(id: number, at: number, note: string): void;
  };
  policies: { get(repositoryId: number): KnownPolicy | null; put(known: KnownPolicy): void };
  tasks: {
    insert(task: NewTask): TaskFacts;
    get(id: number): TaskFacts | null;
    byIssue(repositoryId: number, issue: number): TaskFacts | null;
    byPullRequest(repositoryId: number, number: number): TaskFacts | null;
    update(task: TaskFacts): void;
    list(filter: { repository?: string | undefined; limit: number }): TaskFacts[];
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
}

/** The logs of runs: files, appended as they come. */
export interface Logs {
  append(taskId: number, runId: number, lines: readonly LogLine[]): void;
  /** The last `tail` lines of all the task's runs, oldest first. */
  read(taskId: number, tail: number): Promise<LogLine[]>;
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

export type RepositoryNow = { name: string; isPrivate: boolean; defaultBranch: string; cloneUrl: string };

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
