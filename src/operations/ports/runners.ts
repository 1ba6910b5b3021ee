import type { Reason } from "#protocol/words.ts";

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

export interface Runners {
  insert(runner: Omit<RunnerFacts, "id">): RunnerFacts;
  byCredential(hash: string): RunnerFacts | null;
  byName(name: string): RunnerFacts | null;
  get(id: number): RunnerFacts | null;
  update(runner: RunnerFacts): void;
  list(): RunnerFacts[];
}

export interface RegistrationTokens {
  insert(hash: string, expiresAt: number): void;
  /** True once: the token was there, unused and not expired. */
  use(hash: string, now: number): boolean;
  /** Forgets those that can register nobody any more. */
  forgetBefore(at: number): number;
}
