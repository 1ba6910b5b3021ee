import type { RepositoryRef } from "#domain/task.ts";

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

export interface Commands {
  /** Nothing when the command has been recorded. */
  insert(command: CommandRecord): void;
  /** What came of a comment's commands so far, in their order. */
  ofComment(repositoryId: number, comment: string): CommandRecord[];
  /** The newest that were answered since `since` under the issue or pull request, at most `limit`, the oldest first. */
  answered(repositoryId: number, thread: number, since: number, limit: number): CommandRecord[];
  /** The newest that were carried out under the issue or pull request, from wherever, at most `limit`. */
  done(repositoryId: number, thread: number, limit: number): CommandRecord[];
  /** How many commands this person has written in the repository since `since`. */
  countBy(repositoryId: number, login: string, since: number): number;
  /** Of all repositories, the newest first. */
  newest(limit: number): CommandRecord[];
  /** Forgets what came in before `at`: GitHub does not tell it again. @returns how many */
  forgetBefore(at: number): number;
}

export interface Replies {
  /** What the reply has to say from now on. */
  put(reply: Omit<Reply, "remoteId">): void;
  /** Those of which GitHub does not show the newest. */
  unwritten(): Reply[];
  /** GitHub shows `body` in comment `remoteId`. */
  written(reply: Reply, remoteId: string | null): void;
}
