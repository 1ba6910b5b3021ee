import type { Integration } from "#protocol/integration.ts";
import type { Task } from "#protocol/task.ts";

/** What a place outside GitHub shows of a task, as it was last written there. */
export type ShownElsewhere = { remoteId: string | null; picture: unknown };

/**
 * A place outside GitHub that shows tasks: rendered from how a task stands, written by difference, like the comment on
 * the issue. What `show` throws is tried again, with longer and longer pauses.
 */
export interface Elsewhere {
  kind: Integration["kind"];
  /** As the configuration calls it; what it shows is kept under this name. */
  name: string;
  /** Where that is, for people, without anything secret. */
  place: string;
  /**
   * What it is to show of the task: a value that JSON keeps as it is; null for nothing. Pure.
   * @param page the task's page on the dashboard, or null
   */
  picture(task: Task, page: string | null): unknown;
  /**
   * Makes it show the picture. Whoever dies between this and its record calls it again with the same `before`: what is
   * made anew has to be looked up first.
   * @returns the place's own id of what shows the task, where it has one
   * @throws ElsewhereBusyError, ElsewhereRefusedError
   */
  show(step: { task: Task; picture: unknown; before: ShownElsewhere | null }): Promise<string | null>;
  /** Shows something that says only that it is a test. */
  test(): Promise<void>;
  close(): Promise<void>;
}

/** The place wants rest until `until`, in milliseconds since 1970. */
export class ElsewhereBusyError extends Error {
  readonly until: number;
  constructor(until: number, message: string) {
    super(message);
    this.name = "ElsewhereBusyError";
    this.until = until;
  }
}

/** The place will never take this picture: trying it again changes nothing, another one may. */
export class ElsewhereRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ElsewhereRefusedError";
  }
}
