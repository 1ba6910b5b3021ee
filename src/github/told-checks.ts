import { z } from "zod";
import type { Happening } from "#domain/happening.ts";
import { Common, Id, parsed, type Reader, Sha, whereAndWho } from "./payload.ts";

const CheckRunAsked = Common.extend({
  check_run: z.object({ id: Id, head_sha: Sha }),
  requested_action: z.object({ identifier: z.string().max(20) }).nullish(),
});

const CheckSuiteAsked = Common.extend({ check_suite: z.object({ head_sha: Sha }) });

const Conclusion = z.string().max(50).nullish();

const CheckRunEnded = Common.extend({
  check_run: z.object({
    head_sha: Sha,
    conclusion: Conclusion,
    check_suite: z.object({ status: Conclusion }).nullish(),
  }),
});

const CheckSuiteEnded = Common.extend({ check_suite: z.object({ head_sha: Sha, conclusion: Conclusion }) });

const WorkflowEnded = Common.extend({ workflow_run: z.object({ head_sha: Sha, conclusion: Conclusion }) });

const StatusSet = Common.extend({ sha: Sha, state: z.string().max(50) });

const goodEnds: ReadonlySet<string> = new Set(["success", "neutral", "skipped", "stale", "cancelled"]);

/** What is told of our own check runs and of the checks and statuses of others. */
export const checkReaders: Readonly<Record<string, Reader>> = {
  "check_run.requested_action": checkRunAsked,
  "check_run.rerequested": checkRunAsked,
  "check_suite.rerequested": checkSuiteAsked,
  "check_run.created": () => null,
  "check_run.completed": checkRunEnded,
  "check_suite.completed": checkSuiteEnded,
  "workflow_run.completed": workflowEnded,
  status: statusSet,
};

function checkRunAsked(payload: unknown, at: number): Happening {
  const { check_run: run, requested_action: action, ...common } = parsed(CheckRunAsked, payload);
  const button = action?.identifier ?? null;
  return {
    kind: "check_asked",
    ...whereAndWho(common),
    button,
    checkRun: String(run.id),
    headSha: run.head_sha,
    at,
  };
}

function checkSuiteAsked(payload: unknown, at: number): Happening {
  const { check_suite: suite, ...common } = parsed(CheckSuiteAsked, payload);
  return { kind: "check_asked", ...whereAndWho(common), button: null, checkRun: null, headSha: suite.head_sha, at };
}

/** One of several checks: the end of their suite tells of all of them together, and of those that passed. */
function checkRunEnded(payload: unknown, at: number): Happening | null {
  const { check_run: run, ...common } = parsed(CheckRunEnded, payload);
  if (run.check_suite?.status != null && run.check_suite.status !== "completed") return null;
  const told = checksChanged(common, run.head_sha, run.conclusion, at);
  return told.isFailing ? told : null;
}

function checkSuiteEnded(payload: unknown, at: number): Happening {
  const { check_suite: suite, ...common } = parsed(CheckSuiteEnded, payload);
  return checksChanged(common, suite.head_sha, suite.conclusion, at);
}

function workflowEnded(payload: unknown, at: number): Happening {
  const { workflow_run: run, ...common } = parsed(WorkflowEnded, payload);
  return checksChanged(common, run.head_sha, run.conclusion, at);
}

function statusSet(payload: unknown, at: number): Happening | null {
  const { sha, state, ...common } = parsed(StatusSet, payload);
  return state === "pending" ? null : checksChanged(common, sha, state, at);
}

function checksChanged(
  common: z.infer<typeof Common>,
  headSha: string,
  conclusion: string | null | undefined,
  at: number,
): Extract<Happening, { kind: "checks_changed" }> {
  const isFailing = conclusion != null && !goodEnds.has(conclusion);
  return { kind: "checks_changed", ...whereAndWho(common), headSha, isFailing, at };
}
