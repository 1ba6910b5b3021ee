import type { RepositoryRef } from "#domain/task.ts";

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

export interface Surfaces {
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
  /** When the first one is due, whether it is being applied or not; null when GitHub shows all that is so. */
  firstDueAt(): number | null;
  /** Applied: no longer due unless it was marked again with another `dueAt`. */
  settle(taskId: number, dueAt: number): void;
  postpone(taskId: number, at: number): void;
  /** What is due after `after` is due at `to`. */
  bringForward(after: number, to: number): void;
}

export interface Notices {
  /** Nothing when this issue has had a notice with this code. */
  insert(notice: Omit<Notice, "id">): void;
  unwritten(): Notice[];
  written(id: number): void;
}
