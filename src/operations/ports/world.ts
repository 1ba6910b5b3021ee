import type { LogLine } from "#protocol/report.ts";
import type { Checkouts } from "./checkouts.ts";
import type { GitHub } from "./github.ts";
import type { Logs } from "./logs.ts";
import type { Store } from "./store.ts";

/** Milliseconds since 1970 in UTC. */
export type Clock = () => number;

/** Whoever wants to know at once that something changed. */
export interface Bell {
  /** A run may have become claimable. */
  queue(): void;
  /** A delivery, a due surface or a notice waits. */
  work(): void;
  task(taskId: number): void;
  /** A command may have been carried out: of the task, or of that of its issue or pull request. */
  command(of: { repositoryId: number; comment: string; ordinal: number; task: number | null }): void;
  runner(runnerId: number): void;
  log(taskId: number, runId: number, lines: readonly LogLine[]): void;
}

/** What the operator has decided. */
export type Operator = {
  publicRepositories: readonly string[];
  /** Where people look: the dashboard's base URL, or null when it is not reachable for them. */
  dashboardUrl: string | null;
  /** The name of this machine. */
  host?: string;
  /** The most runs under way at a time, whatever the runners have room for; null for no limit. */
  mostRuns: number | null;
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
  checkouts: Checkouts;
  bell: Bell;
  clock: Clock;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  newSessionId: () => string;
  /** A secret of 256 bits in URL-safe letters. */
  newSecret: () => string;
  operator: Operator;
};
