import type { Snapshot } from "#domain/task.ts";
import type { Integration } from "#protocol/integration.ts";
import type { Origin, Priority, Task } from "#protocol/task.ts";
import type { Reason, TaskName } from "#protocol/words.ts";

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
   * @throws ElsewhereBusyError, ElsewhereDownError, ElsewhereRefusedError; anything else is tried again for this task alone
   */
  show(step: { task: Task; picture: unknown; before: ShownElsewhere | null }): Promise<string | null>;
  /** Says to everybody there what is wrong with the whole, or that it is over. `who` are GitHub logins to call. */
  alert?(of: { sentence: string; who: readonly string[]; isOver: boolean }): Promise<void>;
  /** Shows something that says only that it is a test, or else asks what it needs. @returns what was found, in words */
  test(): Promise<string | undefined>;
  /** From now on people may act from there. */
  listen?(ear: Ear): void;
  /** When it knows all that its pictures need. Never fails. */
  ready?(): Promise<void>;
  /** Why nobody can act from there at the moment; null when people can, or were never meant to. */
  deafness?(): string | null;
  /** Where the place itself tells what people do there, when it does so by HTTP. */
  door?: Door;
  close(): Promise<void>;
}

/** An address of ours that a place outside posts to; it looks by itself who that is. */
export type Door = {
  path: string;
  hear(request: {
    headers: Readonly<Record<string, string | string[] | undefined>>;
    body: Uint8Array;
  }): DoorAnswer | Promise<DoorAnswer>;
};

/** `after` begins when the answer is sent; without `json` that is empty. */
export type DoorAnswer = { status: number; json: object | null; after?: () => void };

/** Something that somebody asks for in a place outside GitHub. */
export type AskedElsewhere = {
  /** Known again by this when it comes twice: `slack:…`; with a colon, which GitHub's ids of comments never have. */
  key: string;
  /** The GitHub login of whoever asks. */
  login: string;
  verb: string;
  /** What stands behind the verb in a comment. */
  words: string;
  of: TaskName | { repository: string; issue: number };
  /** When that was asked which is answered or approved, as the person saw it: another one is not, by this. */
  question?: string;
};

/** What came of it, in plain text that people read. */
export type AnsweredElsewhere = {
  isDone: boolean;
  sentence: string;
  /** Why it was refused, for programs, where that was decided now. */
  code?: string;
};
/** @throws when GitHub does not answer */
export type AnswerElsewhere = (asked: AskedElsewhere) => Promise<AnsweredElsewhere>;

/** What a place needs in order to carry out what people ask for there. */
export type Ear = {
  answer: AnswerElsewhere;
  /** How the task stands; null when there is none. */
  look: (task: TaskName) => Task | null;
  /** Makes a task of a wish. @throws when GitHub does not answer */
  submit: (wish: WishElsewhere) => Promise<Submitted>;
  /** The task that came from this place under this name. */
  taskOf: (key: string) => Task | null;
  /** What was wished there is wished no more. */
  withdraw: (task: TaskName, asked: { by: string; how: string }) => void;
  /** What this place has to remember. */
  marks: { get(name: string): string | null; put(name: string, value: string): void };
  log: ElsewhereLog;
};

/** Somebody wants something done to a repository on GitHub, and has said so where GitHub has no issue of it. */
export type WishElsewhere = {
  origin: Origin;
  /** `owner/name` */
  repository: string;
  title: string;
  body: string;
  comments: Snapshot["comments"];
  /** What others wrote there, who may not steer the work. */
  omittedComments: number;
  /** The GitHub login of whoever wants it. */
  login: string;
  priority: Priority;
  /** A plan is to come first. */
  isPlan: boolean;
};

export type Submitted = { task: TaskName; isNew: boolean } | { refusal: Reason };

/** Pino's shape. */
export type ElsewhereLog = { warn(details: object, message: string): void };

/** The place wants rest until `until`, in milliseconds since 1970. */
export class ElsewhereBusyError extends Error {
  readonly until: number;
  constructor(until: number, message: string) {
    super(message);
    this.name = "ElsewhereBusyError";
    this.until = until;
  }
}

/** Nothing can be shown in this place now, whatever it is: it is away, or does not let us in. */
export class ElsewhereDownError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ElsewhereDownError";
  }
}

/** The place will never take this picture: trying it again changes nothing, another one may. */
export class ElsewhereRefusedError extends Error {
  /** The place's own id of what shows the rest of it, where that was written. */
  readonly remoteId: string | null;
  constructor(message: string, remoteId: string | null = null) {
    super(message);
    this.name = "ElsewhereRefusedError";
    this.remoteId = remoteId;
  }
}
