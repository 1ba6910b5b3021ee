/** One request that the stand-in has answered. */
export interface Call {
  at: Date;
  method: string;
  /** GitHub's template, or the raw path of an unknown route. */
  route: string;
  path: string;
  status: number;
  actor: string;
  contentCreating: boolean;
  /** Secondary-limit points: 1 for a read, 5 for a write. */
  points: number;
  durationMs: number;
}

/** A request, an answer or a webhook that GitHub's own description does not allow. */
export interface Violation {
  at: Date;
  side: "request" | "answer" | "webhook";
  /** The operation or webhook. */
  name: string;
  errors: string[];
}
