import type { Answers } from "#protocol/question.ts";
import type { Reason, RunConclusion, RunStatus } from "#protocol/words.ts";
import { leaseMs } from "./lease.ts";
import type { RunQuestion } from "./question.ts";
import { questionReasons } from "./question.ts";
import type { RunFacts } from "./run.ts";

/*
 * A run's life:
 *
 *   queued ──claim──► in_progress ──complete──► completed
 *     ▲                 │   ▲  │
 *     └────release──────┘   │  └─silence─► waiting ──lose──► completed (lost)
 *     ▲                   heard ◄────────────┘
 *     └─answer── waiting ◄──ask── in_progress
 *
 * cancel ends a run at once while no runner holds it; a held run is asked to stop and ends by its own report.
 */
export type RunEvent =
  | { kind: "claim"; runnerId: number; now: number }
  /** Given back by its runner; not offered again before `notBefore`. */
  | { kind: "release"; notBefore: number | null }
  | { kind: "silence"; reason: Reason }
  | { kind: "heard"; now: number }
  /** Claude asks something: nobody holds the run until that is answered. */
  | { kind: "ask"; question: RunQuestion }
  | { kind: "answer"; by: string; answers: Answers; now: number }
  | { kind: "complete"; conclusion: Exclude<RunConclusion, "lost">; reason: Reason | null; now: number }
  | { kind: "lose"; reason: Reason; now: number }
  | { kind: "cancel"; reason: Reason; now: number }
  /** Not needed any more before anybody has taken it. */
  | { kind: "withdraw"; reason: Reason; now: number };

const transitions = {
  queued: { claim: "in_progress", cancel: "completed", withdraw: "completed" },
  in_progress: { release: "queued", silence: "waiting", ask: "waiting", complete: "completed" },
  waiting: {
    release: "queued",
    heard: "in_progress",
    answer: "queued",
    complete: "completed",
    lose: "completed",
    cancel: "completed",
  },
  completed: {},
} as const satisfies Record<RunStatus, Partial<Record<RunEvent["kind"], RunStatus>>>;

/** The status that the event would lead to, or null where the event is not allowed. */
export function nextStatusFor(status: RunStatus, event: RunEvent["kind"]): RunStatus | null {
  const row: Partial<Record<RunEvent["kind"], RunStatus>> = transitions[status];
  return row[event] ?? null;
}

/** The run after the event; null where its status does not allow the event. */
export function advance(run: RunFacts, event: RunEvent): RunFacts | null {
  const status = nextStatusFor(run.status, event.kind);
  return status === null ? null : { ...run, status, ...effectOf(run, event) };
}

function effectOf(run: RunFacts, event: RunEvent): Partial<RunFacts> {
  switch (event.kind) {
    case "claim":
      return {
        runnerId: event.runnerId,
        epoch: run.epoch + 1,
        leaseUntil: event.now + leaseMs,
        lastSeq: 0,
        startedAt: run.startedAt ?? event.now,
        steps: [],
        reason: null,
        takeover: null,
      };
    case "release":
      return { runnerId: null, leaseUntil: null, reason: null, notBefore: event.notBefore };
    case "silence":
      return { reason: event.reason };
    case "heard":
      return { reason: null, leaseUntil: event.now + leaseMs };
    case "ask":
      return {
        runnerId: null,
        leaseUntil: null,
        question: event.question,
        reason: questionReasons.asked(event.question),
      };
    case "answer":
      return {
        question: run.question && { ...run.question, answer: { by: event.by, at: event.now, answers: event.answers } },
        reason: null,
        resume: true,
        notBefore: event.now,
      };
    case "complete":
      return ended(event.conclusion, event.reason, event.now);
    case "lose":
      return ended("lost", event.reason, event.now);
    case "cancel":
      return ended("cancelled", event.reason, event.now);
    case "withdraw":
      return ended("success", event.reason, event.now);
  }
}

function ended(conclusion: RunConclusion, reason: Reason | null, now: number): Partial<RunFacts> {
  return { conclusion, reason, leaseUntil: null, completedAt: now };
}
