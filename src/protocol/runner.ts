import { z } from "zod";
import { Instant, Reason, RepositoryName } from "./words.ts";

const RunnerLabel = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/);

/** A registered runner as programs outside the control plane see it. */
export const Runner = z.object({
  id: z.int().positive(),
  name: z.string(),
  labels: z.array(RunnerLabel),
  slots: z.int().min(1).max(100),
  version: z.string(),
  sandbox: z.enum(["bubblewrap", "unshare", "none"]),
  /** Empty means every repository of the server. */
  repositories: z.array(RepositoryName),
  state: z.enum(["online", "offline", "draining"]),
  busy: z.int().min(0),
  heartbeatAt: Instant.nullable(),
  freeMemoryBytes: z.number().nullable(),
  freeDiskBytes: z.number().nullable(),
  /** Why it takes no run now although it is there; `until` says when that ends by itself. */
  notClaiming: Reason.optional(),
  /** A person holds it back; with `drain` it ends when its runs have ended. */
  paused: z.object({ by: z.string(), note: z.string(), at: Instant, drain: z.boolean() }).optional(),
});
export type Runner = z.infer<typeof Runner>;

export const RegisterRequest = z.object({
  token: z.string().min(20).max(200),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  labels: z.array(RunnerLabel).max(20),
  slots: z.int().min(1).max(100),
  version: z.string().max(50),
  sandbox: z.enum(["bubblewrap", "unshare", "none"]),
  repositories: z.array(RepositoryName).max(500),
});
export type RegisterRequest = z.infer<typeof RegisterRequest>;

/** A job of GitHub Actions asks for the run that it was started for, with the token that GitHub signed for it. */
export const RegisterJobRequest = z.object({
  token: z.string().min(20).max(10_000),
  run: z.int().positive(),
  version: z.string().max(50),
  sandbox: z.enum(["bubblewrap", "unshare", "none"]),
});
export type RegisterJobRequest = z.infer<typeof RegisterJobRequest>;

/** The runner's own credential: told once, stored hashed by the server. */
export const RegisterResponse = z.object({ runnerId: z.int().positive(), credential: z.string() });
export type RegisterResponse = z.infer<typeof RegisterResponse>;

/** A run and the fencing token under which the runner holds it. */
export const HeldRun = z.object({ runId: z.int().positive(), epoch: z.int().min(1) });
export type HeldRun = z.infer<typeof HeldRun>;

/** Words of a person for the session of a run. */
export const SaidToRun = z.object({
  runId: z.int().positive(),
  /** The message's number: it is told again and again until the run's reports say that it was delivered. */
  message: z.int().positive(),
  text: z.string().max(21_000),
});
export type SaidToRun = z.infer<typeof SaidToRun>;

/** What a person wants of a run's terminal: Claude's session for themselves, or the run to go on with it. */
export const TerminalWish = z.object({
  runId: z.int().positive(),
  by: z.string().max(100),
  /** When the session was asked for: the same in the wish to hand it back. */
  at: z.int(),
  want: z.enum(["take_over", "hand_back"]),
});
export type TerminalWish = z.infer<typeof TerminalWish>;

/** Says which folder of which machine uses the runner's credential: one at a time may. */
export const Holder = z.string().regex(/^[0-9a-f]{32}$/);

export const HeartbeatRequest = z.object({
  holder: Holder.optional(),
  held: z.array(HeldRun).max(100),
  freeSlots: z.int().min(0),
  freeMemoryBytes: z.number().min(0),
  freeDiskBytes: z.number().min(0),
  draining: z.boolean(),
  /** Of the whole machine, in percent since the last beat. */
  cpuPercent: z.number().min(0).max(100).optional(),
  totalMemoryBytes: z.number().min(0).optional(),
  /**
   * Why the runner claims nothing now: a usage limit of its login (`usage_limit`, with `until`), too little memory or disk
   * (`low_memory`, `low_disk`). Absent when it claims. While it is given, `freeSlots` is 0.
   */
  notClaiming: Reason.optional(),
});
export type HeartbeatRequest = z.infer<typeof HeartbeatRequest>;

/** For each held run: whether the lease goes on, and what the server wants of it. */
export const HeartbeatResponse = z.object({
  /** A person wants it to end when its runs have ended. */
  drain: z.boolean().optional(),
  leases: z.array(
    z.object({
      runId: z.int().positive(),
      held: z.boolean(),
      leaseSeconds: z.number(),
      want: z.enum(["go_on", "cancel"]),
    }),
  ),
});
export type HeartbeatResponse = z.infer<typeof HeartbeatResponse>;

/** How busy a runner's machine was at some instants, the oldest first. */
export const RunnerLoad = z.object({
  runnerId: z.int().positive(),
  samples: z.array(
    z.object({
      at: Instant,
      cpuPercent: z.number().nullable(),
      usedMemoryPercent: z.number().nullable(),
      busy: z.int().min(0),
    }),
  ),
});
export type RunnerLoad = z.infer<typeof RunnerLoad>;
