import type { LookAt } from "#domain/follow-up.ts";
import type { FollowUpBrief } from "#domain/follow-up-brief.ts";
import type { Happening } from "#domain/happening.ts";
import type { AskedJob } from "#domain/job-start.ts";
import type { ReviewAnswers } from "#domain/review-answers.ts";
import type { NewRun, RunFacts } from "#domain/run.ts";
import type { NewTask, RepositoryRef, TaskFacts } from "#domain/task.ts";
import type { Policy } from "#protocol/policy.ts";
import type { LogLine } from "#protocol/report.ts";
import type { Reason } from "#protocol/words.ts";
import type { AuditLog } from "./audit.ts";
import type { Messages } from "./webhooks.ts";

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
  /** Which folder of which machine uses its credential, by its own word; null until it has said so. */
  holder: string | null;
  registeredAt: number;
  /** A person holds it back; with `drain` it is to end when its runs have ended. */
  paused?: RunnerPause | null;
  /** A person took it off the list: its credential counts no more. */
  removedAt?: number | null;
  /** A job of GitHub Actions: it may have this run and no other. */
  onlyRun: number | null;
  /** From then on it is no runner any more. */
  endsAt: number | null;
};

export type RunnerPause = { by: string; note: string; at: number; drain: boolean };

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

/** Words of a person for a session that is at work. */
export type SaidWords = {
  id: number;
  taskId: number;
  by: string;
  text: string;
  /** GitHub's id of the comment that they stand in; null where they came another way. */
  comment: string | null;
  at: number;
};

export type KnownPolicy = { repositoryId: number; text: string; policy: Policy };

/** A look at a pull request that is due: what it is about, since when, how often it was put off, and how often marked. */
export type DueLook = { taskId: number; what: LookAt; since: number; dueAt: number; tries: number; marks: number };

/** What a run that follows up on a pull request is to deal with. */
export type FollowUpRecord = { runId: number; taskId: number; brief: FollowUpBrief };

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
    /** What is due after `after` is due at `to`. */
    bringForward(after: number, to: number): void;
    /** Forgets what was finished and came in before `at`. @returns how many */
    forgetBefore(at: number): number;
  };
  policies: {
    get(repositoryId: number): KnownPolicy | null;
    put(known: KnownPolicy): void;
    /** When a known policy was last compared with the repository; 0 for never. */
    readAt(repositoryId: number): number;
    touch(repositoryId: number, at: number): void;
    /** What is wrong with the repository's file, by its name; null when it is sound again. */
    judge(repository: RepositoryRef, problem: string | null): void;
    problems(): { repository: string; problem: string }[];
  };
  tasks: {
    insert(task: NewTask): TaskFacts;
    get(id: number): TaskFacts | null;
    byIssue(repositoryId: number, issue: number): TaskFacts | null;
    byPullRequest(repositoryId: number, number: number): TaskFacts | null;
    update(task: TaskFacts): void;
    /** Part of a transaction: the task with its runs, and all that refers to them. */
    remove(id: number): void;
    list(filter: { repository?: string | undefined; limit: number }): TaskFacts[];
    /** The tasks of a repository that may still change: with a living run, an open pull request, or touched since `since`. */
    current(repositoryId: number, since: number): TaskFacts[];
    /** The tasks whose issues are linked with others. */
    linked(): TaskFacts[];
    /** Those that came or changed since then. */
    since(at: number): TaskFacts[];
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
    /** Waiting for an answer, under nobody's lease. */
    asking(): RunFacts[];
    heldBy(runnerId: number): RunFacts[];
    /** Dollars of the repository's runs that were under way at some time since `since`. */
    spentSince(repositoryId: number, since: number): number;
    /** Those of the tasks that came or changed since then, and those that are not over. */
    since(at: number): RunFacts[];
  };
  /** Tasks that have to be done before another one begins. */
  needs: {
    add(taskId: number, needs: readonly number[]): void;
    of(taskId: number): number[];
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
    /** What is due after `after` is due at `to`. */
    bringForward(after: number, to: number): void;
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
    /** How many commands this person has written in the repository since `since`. */
    countBy(repositoryId: number, login: string, since: number): number;
    /** Of all repositories, the newest first. */
    newest(limit: number): CommandRecord[];
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
  audit: AuditLog;
  followUps: {
    /** The task's pull request is to be looked at, at `at` or earlier. */
    markDue(taskId: number, what: LookAt, at: number): void;
    /** What waits to be looked at is looked at by then. */
    wake(taskId: number, at: number): void;
    due(now: number): DueLook[];
    ofTask(taskId: number): DueLook[];
    nextDueAt(): number | null;
    /** Looked at: no longer due, unless it was marked again meanwhile. */
    settle(look: DueLook): void;
    postpone(look: DueLook, at: number): void;
    /** Whether something was done about this cause. */
    isKnown(taskId: number, cause: string): boolean;
    remember(taskId: number, cause: string, at: number): void;
    forget(taskId: number, cause: string): void;
    insert(record: FollowUpRecord): void;
    /** The task's follow-up runs, the oldest first; later attempts at the same are not among them. */
    runsOf(taskId: number): FollowUpRecord[];
    /** What the run is about: its own record, or that of the run which it is another attempt of. */
    of(run: Pick<RunFacts, "id" | "taskId" | "purpose">): FollowUpRecord | null;
    /** What is to be answered to a review; null when all of it stands on GitHub. */
    answer(runId: number, answers: ReviewAnswers | null): void;
    unanswered(): (FollowUpRecord & { answers: ReviewAnswers })[];
  };
  words: {
    insert(message: Omit<SaidWords, "id">): void;
    /** What the task's session has not heard, the oldest first. */
    undelivered(taskId: number): SaidWords[];
    /** Whether words of that comment have not been heard. */
    isOpen(repositoryId: number, comment: string): boolean;
    /** The run has heard it. @returns true the first time */
    deliver(taskId: number, id: number, runId: number): boolean;
    /** Heard, and nobody has been told so. */
    unthanked(): SaidWords[];
    thanked(id: number): void;
    remove(id: number): void;
    /** Forgets what was heard and said before `at`. @returns how many */
    forgetBefore(at: number): number;
  };
  reconciling: {
    /** How far the labelling of an issue is known. */
    judged(repositoryId: number, issue: number): JudgedLabel;
    /** Raises these instants; none ever goes back. */
    judge(repositoryId: number, issue: number, at: Partial<JudgedLabel>): void;
    /** The attempts of this delivery that GitHub was asked to repeat. */
    attemptsAsked(guid: string): number[];
    askedAgain(guid: string, attempt: number, at: number): void;
    /** True the first time that this is repaired for this cause. */
    repair(taskId: number, place: string, cause: string, at: number): boolean;
    /** When the task's surfaces were last read back; 0 for never. */
    readBackAt(taskId: number): number;
    readBack(taskId: number, at: number): void;
    /** Forgets deliveries that were asked for again before `at`: GitHub does not know them any more. */
    forgetBefore(at: number): number;
  };
  messages: Messages;
  /** What was asked of GitHub Actions for runs. */
  jobs: {
    get(runId: number): AskedJob | null;
    list(): AskedJob[];
    put(job: AskedJob): void;
    remove(runId: number): void;
  };
}

/** Which report of a run something comes from. */
export type ReportNumber = { epoch: number; seq: number };

/** The logs of runs: files, appended as they come. */
export interface Logs {
  /** @param report the report that tells the lines: when it comes again, its lines take the place of those from before */
  append(taskId: number, runId: number, lines: readonly LogLine[], report?: ReportNumber | null): void;
  /** The last `tail` lines of all the task's runs, oldest first. */
  read(taskId: number, tail: number): Promise<LogLine[]>;
  /** Ids of the tasks with a log. */
  tasks(): Promise<number[]>;
  remove(taskId: number): Promise<void>;
}
