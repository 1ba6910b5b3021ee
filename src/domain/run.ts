import type { Commit, Problem, Progress } from "#protocol/report.ts";
import type { Step, WorkPlace } from "#protocol/run.ts";
import type { Purpose, Reason, RunConclusion, RunStatus } from "#protocol/words.ts";
import type { RunQuestion } from "./question.ts";
import type { Takeover } from "./takeover.ts";

/** Everything the control plane knows of a run. Instants are milliseconds since 1970 in UTC. */
export type RunFacts = {
  id: number;
  taskId: number;
  purpose: Purpose;
  attempt: number;
  status: RunStatus;
  conclusion: RunConclusion | null;
  reason: Reason | null;
  runnerId: number | null;
  /** Raised by every claim; a report under an older one is refused. */
  epoch: number;
  leaseUntil: number | null;
  /** The last report of this epoch that was applied. */
  lastSeq: number;
  /** A person asked for this run to stop. */
  cancelAsked: { by: string; how: string } | null;
  /** Not offered to a runner before this instant. */
  notBefore: number | null;
  sessionId: string;
  resume: boolean;
  claudeVersion: string | null;
  model: string | null;
  sandbox: string | null;
  attach: string | null;
  /** Where its worktree is. */
  place: WorkPlace | null;
  baseSha: string | null;
  headSha: string | null;
  steps: Step[];
  progress: Progress | null;
  commits: Commit[];
  diff: { files: number; insertions: number; deletions: number } | null;
  findings: string[];
  verified: { passed: boolean; round: number; excerpt: string | null; problems?: Problem[] } | null;
  summary: string | null;
  /** The last thing that Claude asked in this run. */
  question: RunQuestion | null;
  /** A person has its session, or is about to. */
  takeover: Takeover | null;
  createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
};

/** A run that does not exist yet. */
export type NewRun = Omit<RunFacts, "id">;

/** A run as it is born: queued, nothing known. */
export function newRun(of: {
  taskId: number;
  purpose: Purpose;
  attempt: number;
  sessionId: string;
  resume: boolean;
  notBefore: number | null;
  now: number;
}): NewRun {
  return {
    taskId: of.taskId,
    purpose: of.purpose,
    attempt: of.attempt,
    status: "queued",
    conclusion: null,
    reason: null,
    runnerId: null,
    epoch: 0,
    leaseUntil: null,
    lastSeq: 0,
    cancelAsked: null,
    notBefore: of.notBefore,
    sessionId: of.sessionId,
    resume: of.resume,
    claudeVersion: null,
    model: null,
    sandbox: null,
    attach: null,
    place: null,
    baseSha: null,
    headSha: null,
    steps: [],
    progress: null,
    commits: [],
    diff: null,
    findings: [],
    verified: null,
    summary: null,
    question: null,
    takeover: null,
    createdAt: of.now,
    startedAt: null,
    completedAt: null,
  };
}
