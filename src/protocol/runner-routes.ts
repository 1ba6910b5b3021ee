import { z } from "zod";
import { Report } from "./report.ts";
import { RunOffer } from "./run.ts";
import {
  HeartbeatRequest,
  HeartbeatResponse,
  HeldRun,
  Holder,
  RegisterJobRequest,
  RegisterRequest,
  RegisterResponse,
  SaidToRun,
  TerminalWish,
} from "./runner.ts";
import { Task } from "./task.ts";
import { WantedTerminal } from "./terminal.ts";
import { Instant, TaskName } from "./words.ts";

const none = z.object({});
const ofRun = z.object({ run: z.coerce.number().int().positive() });

/** What runners ask of the server: a part of the route table. */
export const runnerRoutes = {
  register: {
    method: "POST",
    path: "/api/runners/register",
    audience: "anybody",
    params: none,
    query: none,
    request: RegisterRequest,
    response: RegisterResponse,
  },
  registerJob: {
    method: "POST",
    path: "/api/runners/register-job",
    audience: "anybody",
    params: none,
    query: none,
    request: RegisterJobRequest,
    response: RegisterResponse,
  },
  heldRun: {
    method: "GET",
    path: "/api/runner/runs/:run",
    audience: "runner",
    params: ofRun,
    query: none,
    request: none,
    /** The task of a run that this runner has or had. */
    response: z.object({ task: Task }),
  },
  claim: {
    method: "POST",
    path: "/api/runner/claim",
    audience: "runner",
    params: none,
    query: none,
    /** Held open until a run is there or `waitSeconds` have passed. */
    request: z.object({
      freeSlots: z.int().min(0),
      waitSeconds: z.number().min(0).max(60),
      holder: Holder.optional(),
      /** All that the runner holds: what is not among it was claimed without the answer arriving. */
      held: z.array(HeldRun).max(100).optional(),
    }),
    response: z.object({ offer: RunOffer.nullable() }),
  },
  heartbeat: {
    method: "POST",
    path: "/api/runner/heartbeat",
    audience: "runner",
    params: none,
    query: none,
    request: HeartbeatRequest,
    response: HeartbeatResponse,
  },
  wants: {
    method: "POST",
    path: "/api/runner/wants",
    audience: "runner",
    params: none,
    query: none,
    /** Held open until the server wants something of these runs or `waitSeconds` have passed. */
    request: z.object({
      held: z.array(HeldRun).max(100),
      /** Messages that the runner has already. */
      heard: z.array(z.int().positive()).max(10_000).default([]),
      /** Wishes that the runner knows already. */
      told: z
        .array(TerminalWish.omit({ by: true }))
        .max(1_000)
        .default([]),
      waitSeconds: z.number().min(0).max(60),
    }),
    response: z.object({
      cancel: z.array(z.int().positive()),
      say: z.array(SaidToRun).default([]),
      terminals: z.array(TerminalWish).default([]),
      show: z.array(WantedTerminal).default([]),
    }),
  },
  abandoned: {
    method: "POST",
    path: "/api/runner/abandoned",
    audience: "runner",
    params: none,
    query: none,
    /** Tasks whose worktrees lie on the runner's machine, though no run of them is under way there. */
    request: z.object({ tasks: z.array(TaskName).max(1_000) }),
    /** Those of them that nobody waits for any more. */
    response: z.object({ tasks: z.array(TaskName) }),
  },
  report: {
    method: "POST",
    path: "/api/runs/:run/reports",
    audience: "runner",
    params: ofRun,
    query: none,
    request: z.object({ epoch: z.int().min(1), reports: z.array(Report).min(1).max(500) }),
    /** Everything up to and including `acknowledged` is stored for good. */
    response: z.object({ acknowledged: z.int().min(0) }),
  },
  credential: {
    method: "POST",
    path: "/api/runs/:run/credential",
    audience: "runner",
    params: ofRun,
    query: none,
    request: z.object({ epoch: z.int().min(1), access: z.enum(["read", "write", "save"]) }),
    response: z.object({ username: z.string(), password: z.string(), expiresAt: Instant }),
  },
  release: {
    method: "POST",
    path: "/api/runs/:run/release",
    audience: "runner",
    params: ofRun,
    query: none,
    /** Gives a claimed run back to the queue unharmed, as when the runner is stopping. */
    request: HeldRun.omit({ runId: true }),
    response: none,
  },
} as const;
